export type { Axis, Chart, HeatMap, LineChart, Point, ScatterChart, Series } from './chart.ts';
export { notes } from './notes.ts';
export { formatNumber } from './numbers.ts';
export { darkSeries, lightSeries, rampColor, seriesColor } from './palette.ts';
export { toSvg } from './svg/index.ts';
export { toTerminal } from './terminal/draw.ts';
export { bar, sparkline } from './terminal/sparkline.ts';
