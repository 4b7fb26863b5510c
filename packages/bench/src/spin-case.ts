// A process of its own that keeps one core busy with floating point and prints the seconds that it took.
function spin(steps: number): number {
  let [a, b] = [1, 0.5];
  for (let i = 0; i < steps; i++) [a, b] = [a * 0.999999 + b, b * 1.000001 - a * 1e-9];
  return a + b;
}

let sink = spin(1e6);
const start = performance.now();
sink += spin(1e8);
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify(Number.isNaN(sink) ? Number.NaN : seconds));
