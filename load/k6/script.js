// What k6 runs: one request an iteration, and one line a request on the console. Plain JavaScript, because k6 takes it as it is.
/* global __ENV, open */
import http from "k6/http";
import exec from "k6/execution";

/** Written by ../plan.ts: what is asked, how often, by how many clients. */
const plan = JSON.parse(open(__ENV.LOAD_PLAN));
const { kinds, order, sessions, url, values } = plan;

export const options = {
  scenarios: plan.scenarios,
  // Each client is one browser: it keeps its cookies and its connections.
  noCookiesReset: true,
  // No names of metrics by tag: the lines say it all, and each tag costs every request.
  systemTags: [],
  discardResponseBodies: true,
  insecureSkipTLSVerify: plan.insecure,
  userAgent: "evenkeel-load",
};

/** The values to upload, made once a client. */
const uploads = values.map((bytes) => "v".repeat(bytes));
const target = {
  home: () => `${url}/`,
  get: (index) => `${url}/get?key=load-${index % 50}`,
  set: (index) => `${url}/set?key=load-${index % 50}&value=${index}`,
  job: () => `${url}/jobs`,
  upload: (index) => `${url}/kv/load-upload-${index % 50}`,
  slow: () => `${url}/delay?duration=${plan.slowMs}`,
  path: () => `${url}${plan.path}`,
};
const accept = { Accept: "application/json" };
const params = {
  plain: { headers: accept, timeout: plan.timeoutMs },
  home: { headers: accept, timeout: plan.timeoutMs, responseType: "text" },
  job: { headers: { ...accept, "Content-Type": "application/json" }, timeout: plan.timeoutMs },
  upload: { headers: { ...accept, "Content-Type": "text/plain" }, timeout: plan.timeoutMs },
  slow: { headers: accept, timeout: plan.timeoutMs + plan.slowMs },
  fresh: { headers: { ...accept, Connection: "close" }, timeout: plan.timeoutMs, responseType: "text" },
};

let session;

/** Gives this client its session, with its first request: several clients share one, as tabs of a browser do. */
function join() {
  session = (exec.vu.idInTest - 1) % sessions.length;
  http.cookieJar().set(url, "sid", sessions[session]);
}

function send(kind, index, fresh) {
  switch (kind) {
    case "job":
      return http.post(target.job(), `{"name":"echo","payload":{"job":"load ${index}"}}`, params.job);
    case "upload":
      return http.put(target.upload(index), uploads[index % uploads.length], params.upload);
    case "home":
      return http.get(target.home(), fresh ? params.fresh : params.home);
    case "slow":
      return http.get(target.slow(), params.slow);
    default:
      return http.get(target[kind](index), fresh ? params.fresh : params.plain);
  }
}

const counts = /"session_count":(\d+).*?"global_count":(\d+)/;

/**
 * The wish to stop is one more client than there were at the start: k6 has no other word from outside that an iteration can
 * read, and its own ways to stop cut off the requests under way.
 */
function isStopping(scenario, initial) {
  if (exec.instance.vusInitialized === initial) return false;
  console.log(`skip\t${scenario}\t${exec.scenario.iterationInTest}`);
  return true;
}

function once(scenario, fresh, initial) {
  if (isStopping(scenario, initial)) return;
  const start = exec.instance.currentTestRunDuration;
  const index = exec.scenario.iterationInTest;
  if (session === undefined && sessions.length > 0) join();
  const kind = kinds[order[index % order.length]];
  const response = send(kind, index, fresh);
  const end = exec.instance.currentTestRunDuration;
  const { headers, status } = response;
  const counted = kind === "home" && status === 200 ? counts.exec(response.body) : null;
  console.log(
    [
      scenario,
      index,
      kind,
      start.toFixed(3),
      end.toFixed(3),
      status,
      response.error_code,
      headers["X-Instance-Id"] || headers["X-Served-By"] || "",
      headers["X-Revision"] || "",
      response.timings.connecting > 0 ? 1 : 0,
      counted ? `${session},${counted[1]},${counted[2]}` : "",
      status === 0 ? response.error.replace(/\s+/g, " ") : "",
    ].join("\t"),
  );
}

/** Requests on connections that are kept. */
export function kept({ clients }) {
  once("kept", false, clients);
}

/** Requests that each open a connection of their own: these clients never keep one. */
export function fresh({ clients }) {
  once("fresh", true, clients);
}

/** Never runs: its scenario has no client, until one more than it is told to have means "stop". */
export function stop() {}

/** Ties the clock of the lines to the day's, and counts the clients. */
export function setup() {
  console.log(`clock\t${Date.now() - exec.instance.currentTestRunDuration}`);
  return { clients: exec.instance.vusInitialized };
}

/** What only k6 knows: how many requests it had no client for. */
export function handleSummary({ metrics }) {
  const dropped = metrics.dropped_iterations;
  return { [plan.summary]: JSON.stringify({ dropped: dropped ? dropped.values.count : 0 }) };
}
