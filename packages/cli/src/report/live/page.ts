// The script of a live report: starts the core, which stands as text in the same file, in a worker; compares what it
// computes with what Node wrote; and ties the sliders to it. Nothing is loaded, nothing evaluated.
import { Bar } from './bar.ts';
import type { LiveData } from './data.ts';
import { find, Slider } from './knobs.ts';
import type { Answer, Request } from './messages.ts';

/** Above this many multiplications a step and sequence, the page waits to be asked. */
const quick = 60 * 16 * 16 * 8;

const data = JSON.parse(find(document, '#live-data').textContent ?? '') as LiveData; // as Node wrote it
const here = find(document, '#here');

function startWorker(hear: (answer: Answer) => void): (request: Request) => void {
  const code = find(document, '#live-core').textContent ?? '';
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
    hear(answer);
  };
  worker.onerror = (event) => {
    hear({ type: 'failed', what: 'the worker', message: event.message ?? 'did not start' });
  };
  return (request) => {
    worker.postMessage(request);
  };
}

function compare(): void {
  const bar = new Bar(here, data);
  const ask = startWorker((answer) => {
    if (answer.type === 'part') bar.hear(answer);
    else if (answer.type === 'failed') bar.fail(answer.what, answer.message);
  });
  ask({ type: 'recompute', source: data.source });
}

function tieSliders(): void {
  const section = find(document, '#live');
  section.hidden = false;
  const ask = startWorker((answer) => {
    if (answer.type === 'turned' || answer.type === 'belt') for (const slider of sliders) slider.hear(answer);
    if (answer.type === 'failed') find(section, '.failed').textContent = `${answer.what}: ${answer.message}`;
  });
  const sliders = [...section.querySelectorAll<HTMLElement>('.knob')].map((knob) => new Slider(knob, data, ask));
}

const { hidden, steps } = data.source.settings;
if (steps * hidden * hidden <= quick) {
  compare();
  tieSliders();
} else {
  const button = document.createElement('button');
  button.textContent = 'Recompute here; at this size it takes a while';
  button.onclick = () => {
    compare();
    tieSliders();
  };
  here.replaceChildren(button);
}
