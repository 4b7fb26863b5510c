/**
 * A chart as data: what is drawn, never how or where the numbers came from. `toSvg` and `toTerminal` draw the same
 * description. Numbers may be anything a computation leaves behind: what an axis cannot show (zero on a log axis, ±∞) is
 * drawn at the edge with a mark of its own, NaN is a gap, and `notes` says so in words.
 */
export type Chart = LineChart | ScatterChart | HeatMap;

export interface Axis {
  readonly label: string;
  readonly scale?: 'linear' | 'log';
  /** Log axes: nothing is drawn below this value. Default 1e-16. */
  readonly floor?: number;
  /** Ends of the axis, when they should not follow from the data (to compare charts side by side). */
  readonly domain?: readonly [number, number];
  /** The axis includes 0, whatever the data. */
  readonly zero?: boolean;
  /** Tick labels as percentages. */
  readonly percent?: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a chart says of itself to those who do not see it, and its size in CSS pixels. */
interface Frame {
  /** One sentence: what is drawn. The text alternative of the picture. */
  readonly title: string;
  readonly width?: number;
  readonly height?: number;
}

export interface Series {
  readonly label: string;
  readonly points: readonly Point[];
  /** Index into the palette; default: the position of the series. */
  readonly color?: number;
  /** `quiet`: thin, dashed and without a label, for comparison with the others. */
  readonly style?: 'plain' | 'quiet';
}

/** Series over a common x; each label stands at the end of its line. */
export interface LineChart extends Frame {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Horizontal reference lines: a baseline, a threshold. */
  readonly rules?: readonly { readonly y: number; readonly label: string }[];
}

/** Points against the line y = x, and below it what is left: y − x. */
export interface ScatterChart extends Frame {
  readonly kind: 'scatter';
  readonly x: Axis;
  readonly y: Axis;
  /** Label of the lower panel's axis. */
  readonly residual: string;
  readonly series: readonly Series[];
}

/** One coloured cell per value; row r of `rows` is drawn in the r-th line from the top. */
export interface HeatMap extends Frame {
  readonly kind: 'heat';
  readonly x: Axis;
  readonly y: Axis;
  /** What the colour means. */
  readonly value: Axis;
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[];
  /** x of the first column. Default 1. */
  readonly from?: number;
}
