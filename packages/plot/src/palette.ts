/**
 * Colours of series, as CSS variables with a fallback, so that a page can restyle them and a lone SVG still has them.
 * Chosen apart in lightness as well as hue, so that they stay apart for every kind of colour vision and in grey print;
 * all have a contrast of at least 3 : 1 on white.
 */
const series = ['#5f6672', '#0b62a8', '#c2410c', '#0f7f63', '#8b3a8f', '#a16207', '#2b8cbe', '#111827'] as const;

/** The same roles on a dark ground. */
export const darkSeries: readonly string[] = [
  '#a3abb8',
  '#6cb2f0',
  '#f58a4b',
  '#4cc9a4',
  '#d08fd6',
  '#e0b040',
  '#8fd3f4',
  '#f3f4f6',
];

export const lightSeries: readonly string[] = series;

/** The k-th series colour; there are eight, then they repeat. */
export const seriesColor = (k: number): string => {
  const index = ((k % series.length) + series.length) % series.length;
  return `var(--series-${index}, ${series[index]})`;
};

/** From low to high, dark to light: even steps of lightness, readable in grey and with any colour vision. */
const ramp = ['#1d1147', '#3b2a7e', '#3f4f96', '#2f7296', '#279388', '#4fb46d', '#a3cf4f', '#f6e54b'] as const;

/** The colour of a share between 0 and 1, in 32 steps. */
export function rampColor(share: number): string {
  const level = Math.round(Math.min(1, Math.max(0, share)) * 31) / 31;
  const at = level * (ramp.length - 1);
  const below = Math.min(ramp.length - 2, Math.floor(at));
  return mix(ramp[below] ?? ramp[0], ramp[below + 1] ?? ramp[0], at - below);
}

function mix(a: string, b: string, t: number): string {
  const channel = (hex: string, i: number) => Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(a, i) * (1 - t) + channel(b, i) * t));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
