/** When users were moved, in seconds from the start, in rising order. */
export interface Curve {
  readonly name: string;
  readonly movedAt: readonly number[];
}

const width = 720;
const height = 360;
const plot = { left: 52, top: 44, right: 500, bottom: 312 };

/** Colors that can be told apart on white and on black, and by people who do not see red or green. */
const colors = ["#8b949e", "#2f81f7", "#d29922", "#db61a2"];

/** Draws how many users were moved at each second: an SVG that needs no other file, and is readable in light and in dark. */
export function toPicture(users: number, seconds: number, curves: readonly Curve[]): string {
  const end = Math.max(seconds, ...curves.flatMap(({ movedAt }) => movedAt)) * 1.02;
  const toX = (second: number): number => plot.left + (second / end) * (plot.right - plot.left);
  const toY = (count: number): number => plot.bottom - (count / users) * (plot.bottom - plot.top);
  // The first behind all others, and the second on top of them.
  const lines = curves.map((curve, index) => toLine(curve, colors[index] ?? "", index === 0, end, toX, toY));
  const rows = [0, users / 4, users / 2, (3 * users) / 4, users].map(
    (count) =>
      `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${round(toY(count))}" y2="${round(toY(count))}"/>` +
      `<text x="${plot.left - 8}" y="${round(toY(count) + 4)}" text-anchor="end">${count}</text>`,
  );
  const columns = toTicks(end).map(
    (second) => `<text x="${round(toX(second))}" y="${plot.bottom + 20}" text-anchor="middle">${second} s</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">Users moved over time: ${curves.map(({ name, movedAt }) => `${name} ${movedAt.length} of ${users}`).join("; ")}</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.heading { font-size: 15px; font-weight: 600; fill: #1f2328 }
.grid { stroke: #8b949e; stroke-opacity: .3 }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round }
.bound { stroke-width: 6; stroke-opacity: .45 }
@media (prefers-color-scheme: dark) { text { fill: #9da7b1 } .heading { fill: #e6edf3 } }
</style>
<text class="heading" x="${plot.left}" y="24">Users moved over time, of ${users}</text>
${[...rows, ...columns].join("\n")}
${[...lines.slice(0, 1), ...lines.slice(1).reverse()].join("\n")}
${toLegend(users, curves).join("\n")}
</svg>
`;
}

type ToPlace = (value: number) => number;

/** A line that goes up by one with each user, and on to the end. */
function toLine({ movedAt }: Curve, color: string, isBound: boolean, end: number, toX: ToPlace, toY: ToPlace): string {
  const steps = [...movedAt.map((second, index) => [second, index + 1] as const), [end, movedAt.length] as const];
  const path = steps.map(([second, count]) => `H${round(toX(second))}V${round(toY(count))}`);
  const name = isBound ? "curve bound" : "curve";
  return `<path class="${name}" stroke="${color}" d="M${round(toX(0))} ${round(toY(0))}${path.join("")}"/>`;
}

function toLegend(users: number, curves: readonly Curve[]): string[] {
  return curves.map(({ name, movedAt }, index) => {
    const y = plot.top + 12 + index * 48;
    const lost = users - movedAt.length;
    const result = lost === 0 ? `all ${users} users` : `${lost} of ${users} users failed`;
    return (
      `<line x1="${plot.right + 20}" x2="${plot.right + 40}" y1="${y - 4}" y2="${y - 4}" stroke="${colors[index]}" stroke-width="${index === 0 ? 6 : 3}"/>` +
      `<text x="${plot.right + 48}" y="${y}">${name}</text><text x="${plot.right + 48}" y="${y + 16}">${result}</text>`
    );
  });
}

/** Round numbers of seconds, six at most. */
function toTicks(end: number): number[] {
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].find((size) => end / size <= 7) ?? end;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

const round = (value: number): number => Math.round(value * 10) / 10;
