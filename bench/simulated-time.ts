import FakeTimers from "@sinonjs/fake-timers";

/** Runs a task in simulated time, which passes whenever nothing else is left to do. `now` gives that time in milliseconds. */
export async function inSimulatedTime<Value>(task: (now: () => number) => Promise<Value>): Promise<Value> {
  const time = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  try {
    return await untilOver(
      time,
      task(() => time.now),
    );
  } finally {
    time.uninstall();
  }
}

/** Lets simulated time pass, timer by timer, whenever nothing else is left to do. */
async function untilOver<Value>(time: ReturnType<typeof FakeTimers.install>, promise: Promise<Value>): Promise<Value> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  promise.then(over, over);
  while (!isOver) {
    for (let turn = 0; turn < 8; turn += 1) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    if (!isOver) time.next();
  }
  return await promise;
}
