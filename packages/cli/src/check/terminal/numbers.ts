/** A number in a column: `.72`, `3.5e-3`, `12`; two significant digits unless told. */
export function short(value: number, digits = 2): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return value > 0 ? '∞' : '−∞';
  if (size >= 0.0095 && size < 1000) {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return value.toFixed(Math.min(decimals, digits)).replace(/^(-?)0\./, '$1.');
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  return `${mantissa}e${Number(exponent)}`;
}

/** The order of magnitude is what matters: `3e-12`. */
export const rough = (value: number): string =>
  value === 0 ? '0' : Number.isNaN(value) ? 'NaN' : value.toExponential(0);

/** A loss: four decimals, `.1667`. */
export const loss = (value: number): string =>
  Number.isFinite(value) && value < 1000 ? value.toFixed(4).replace(/^0\./, '.') : short(value);

/** `5 %`; below one, one digit more. */
export const percent = (share: number): string =>
  Number.isFinite(share)
    ? `${share < 0.1 ? Number((share * 100).toPrecision(1)) : Math.round(share * 100)} %`
    : short(share);
