const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `10⁻⁷` for −7: the label of a decade. */
export const decade = (exponent: number): string =>
  `10${exponent < 0 ? '⁻' : ''}${[...String(Math.abs(exponent))].map((digit) => digits[Number(digit)]).join('')}`;

/**
 * A number for people, in at most `significant` digits: plain where that is short, a power of ten where it is not.
 *
 * @example formatNumber(0.16666)   // 0.167
 * @example formatNumber(-3.52e-13)   // −3.52e−13
 * @example formatNumber(-0)   // −0
 */
export function formatNumber(value: number, significant = 3): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === 0) return Object.is(value, -0) ? '−0' : '0';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === Number.POSITIVE_INFINITY) return `${sign}∞`;
  if (Number.isInteger(size) && size < 1e6) return `${sign}${size}`;
  const [mantissa = '', exponent = '0'] = size.toExponential(significant - 1).split('e');
  const power = Number(exponent);
  if (power >= -3 && power < 6) return `${sign}${trim(size.toFixed(Math.max(0, significant - 1 - power)))}`;
  return `${sign}${trim(mantissa)}e${power < 0 ? '−' : ''}${Math.abs(power)}`;
}

const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
