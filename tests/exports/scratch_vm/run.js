// Runs scripts of blocks, one after the other, in Scratch's own virtual machine with an extension that is loaded as TurboWarp
// loads it: node run.js EXTENSION < SCRIPTS. Prints what the variable "found" is after each.

import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import VM from "scratch-vm";

const COSTUME = {
  name: "blank", dataFormat: "svg", assetId: "cd21514d0531fdffb22204e0ec5ed84a", rotationCenterX: 0, rotationCenterY: 0,
  md5ext: "cd21514d0531fdffb22204e0ec5ed84a.svg",
};

const vm = new VM();
globalThis.Scratch = {
  BlockType: { COMMAND: "command", REPORTER: "reporter" },
  ArgumentType: { NUMBER: "number", STRING: "string" },
  extensions: {
    register(extension) {
      const { extensionManager } = vm;
      extensionManager._loadedExtensions.set(extension.getInfo().id, extensionManager._registerInternalExtension(extension));
    },
  },
};
runInThisContext(readFileSync(process.argv[2], "utf8"));
vm.start();

for (const script of JSON.parse(readFileSync(0, "utf8"))) {
  await vm.loadProject(JSON.stringify(project(script)));
  vm.greenFlag();
  while (vm.runtime.threads.length) await new Promise((resolve) => { setTimeout(resolve, 5); });
  console.log(JSON.stringify(vm.runtime.getTargetForStage().variables.found.value));
}
process.exit(0);

/**
 * A project whose stage runs a script: commands [opcode, arguments], and a reporter at the end that sets the variable.
 */
function project({ commands, reporter: [opcode, given] }) {
  const blocks = {};
  let parent = null;
  const append = (name, inputs, fields = {}) => {
    const id = `block ${Object.keys(blocks).length}`;
    blocks[id] = { opcode: name, next: null, parent, inputs, fields, shadow: false, topLevel: !parent, x: 0, y: 0 };
    if (parent) blocks[parent].next = id;
    parent = id;
  };
  append("event_whenflagclicked", {});
  for (const [name, values] of commands) append(name, inputs(values));
  append("data_setvariableto", { VALUE: [3, "reporter", [10, ""]] }, { VARIABLE: ["found", "found"] });
  blocks.reporter = { opcode, next: null, parent, inputs: inputs(given), fields: {}, shadow: false, topLevel: false };
  const stage = {
    isStage: true, name: "Stage", variables: { found: ["found", ""] }, lists: {}, broadcasts: {}, blocks, comments: {},
    currentCostume: 0, costumes: [COSTUME], sounds: [], volume: 100, layerOrder: 0, tempo: 60, videoTransparency: 50,
    videoState: "off", textToSpeechLanguage: null,
  };
  return { targets: [stage], monitors: [], extensions: ["charnet"], meta: { semver: "3.0.0", vm: "0.2.0", agent: "" } };
}

function inputs(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [1, [10, String(value)]]]));
}
