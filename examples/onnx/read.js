// Reads letters with a network exported as ONNX:
//
//     python -m charnet.export --to onnx network.onnx
//     npm install                                     (in this folder; --ignore-scripts skips the download for GPUs)
//     node read.js network.onnx < ink.json
//
// ink.json contains pictures as lists of numbers from 0 (paper) to 1 (ink), row by row from the top left.

const fs = require("node:fs");
const ort = require("onnxruntime-node");

async function main(file) {
  const session = await ort.InferenceSession.create(file);
  const [, height, width] = session.inputMetadata[0].shape;
  const pictures = JSON.parse(fs.readFileSync(0, "utf8"));
  const ink = new ort.Tensor("float32", pictures.flat(), [pictures.length, height, width]);
  const { likelihoods } = await session.run({ pictures: ink });
  const labels = likelihoods.dims[1];
  for (let first = 0; first < likelihoods.data.length; first += labels) {
    const found = Array.from(likelihoods.data.slice(first, first + labels));
    const best = found.indexOf(Math.max(...found));
    console.log(best, found[best].toFixed(6)); // the label's index in the network's spec, and its likelihood
  }
}

main(process.argv[2]);
