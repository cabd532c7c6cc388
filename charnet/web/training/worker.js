// The training of a page without a server, in a Worker. Its messages are those of charnet/training/page.py:
//
//     {job}                              to it: train; {stop: true} ends with the best network so far
//     {epoch, epochs, loss, ...}         from it: a point of the curve
//     {snapshot: {epoch, network}}       the network of that epoch
//     {result} or {error}                at the end

import { run } from "./experiment.js";

let stopping = false;

globalThis.addEventListener("message", async ({ data }) => {
  stopping = Boolean(data.stop);
  if (!data.job) return;
  try {
    const result = await run(data.job, {
      onEpoch: ({ number, epochs, loss, accuracy, undistorted, validation }, network) => {
        const figures = { epoch: number, epochs, loss, train_accuracy: accuracy };
        globalThis.postMessage({
          ...figures, undistorted_loss: undistorted.loss, undistorted_accuracy: undistorted.accuracy,
          validation_loss: validation?.loss ?? null, validation_accuracy: validation?.accuracy ?? null,
        });
        globalThis.postMessage({ snapshot: { epoch: number, network: network() } });
      },
      stopped: () => stopping,
    });
    globalThis.postMessage({ result });
  } catch (error) {
    globalThis.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
