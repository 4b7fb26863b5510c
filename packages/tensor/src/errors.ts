/**
 * Every error of ours reads `<op as the user called it>: <what is wrong, with whole types and the axis>. <A checked remedy.>`
 */
abstract class OpError extends Error {
  /** The op as the user called it. */
  readonly op: string;
  constructor(op: string, message: string, options?: ErrorOptions) {
    super(`${op}: ${message}`, options);
    this.op = op;
  }
}

/** Shapes do not fit. */
export class ShapeError extends OpError {
  override readonly name = 'ShapeError';
}
/** Element types do not fit, or would mix silently. */
export class DTypeError extends OpError {
  override readonly name = 'DTypeError';
}
/** An axis is out of range, or named twice. */
export class AxisError extends OpError {
  override readonly name = 'AxisError';
}
/** Trees (params, carries, states) differ in structure. */
export class TreeError extends OpError {
  override readonly name = 'TreeError';
}
/** An argument that is not a shape, type or tree is wrong: a range, an option, a name. */
export class ArgumentError extends OpError {
  override readonly name = 'ArgumentError';
}
/** An abstract value was read, or left the trace that made it. */
export class TraceError extends OpError {
  override readonly name = 'TraceError';
}
/** No derivative exists where one was asked for. */
export class NotDifferentiableError extends OpError {
  override readonly name = 'NotDifferentiableError';
}

/** A bug of ours, not of the caller. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
  constructor(message: string) {
    super(`internal: ${message} This is a bug in Throughline; please report it.`);
  }
}
