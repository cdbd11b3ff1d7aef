// Pulumi's SDK writes down a stack trace for every resource and every promise, and maps each line of it through source maps: a
// quarter of the program's time. The same lines come again and again, and only our own files need a map.
const { findSourceMap } = require("node:module");
const { sep } = require("node:path");

/** Stack traces that name the lines of our TypeScript, each line worked out once; other people's files as they lie on disk. */
function install() {
  const texts = new Map();
  Error.prepareStackTrace = (error, frames) => {
    if (!debugsPromises && isOfPromise(frames)) return "";
    let trace = header(error);
    for (const frame of frames) {
      const raw = String(frame);
      let text = texts.get(raw);
      if (text === undefined) texts.set(raw, (text = mapped(frame, raw)));
      trace += `\n    at ${text}`;
    }
    return trace;
  };
}

/** The SDK writes down where each of some 3,000 promises came from, and prints it when this is set only. */
const debugsPromises = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);

function isOfPromise([frame]) {
  return frame?.getFunctionName() === "debuggablePromise";
}

function header(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function mapped(frame, raw) {
  const file = frame.getFileName();
  if (!file || file.includes(`${sep}node_modules${sep}`)) return raw;
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (entry?.originalLine === undefined) return raw;
  return raw.replace(`:${line}:${column}`, `:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
}

module.exports = { install };
