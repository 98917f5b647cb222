import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { count } from './format.ts';

const height = 112;

/** Requests in each of the last seconds, oldest first, with axes and the number under the pointer. */
export function RateChart({ values }: { readonly values: readonly number[] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsFor(element, setPointed), [[], []], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => {
    const seconds = values.map((_, index) => index - values.length + 1);
    plot.current?.setData([seconds, [...values]]);
  }, [values]);

  const at = pointed ?? values.length - 1;
  const ago = values.length - 1 - at;
  return (
    <div>
      <p className="flex justify-between text-caption text-dim">
        <span>Requests a second, last minute</span>
        <span>
          {count(values[at] ?? 0)} {ago === 0 ? 'now' : `${ago} s ago`}
        </span>
      </p>
      <div
        ref={place}
        role="img"
        aria-label={`Between ${count(Math.min(...values))} and ${count(Math.max(...values))} requests a second in the last minute`}
      />
    </div>
  );
}

/** Colours are asked for at each drawing, so that the chart follows the theme. */
function optionsFor(element: HTMLElement, point: (index: number | null) => void): uPlot.Options {
  const colour = (name: string) => (): string =>
    getComputedStyle(element).getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--dim'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false },
      y: { range: (_plot, _least, most) => [0, Math.max(2, most * 1.1)] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        grid: { show: false },
        values: (_plot, splits) => splits.map((second) => (second === 0 ? 'now' : `${second} s`)),
      },
      { ...axis, size: 36, space: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        width: 1.5,
        fill: () => `${colour('--accent')()}22`,
        points: { show: false },
      },
    ],
    hooks: { setCursor: [(plot) => point(plot.cursor.idx ?? null)] },
  };
}
