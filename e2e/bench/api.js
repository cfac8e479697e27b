// One phase of load on a documents API; e2e/bench/compare runs the phases and says what each cost.
// KN_TARGET is a file: {url, host, address, tokens}. KN_DOCUMENTS is a file that the phase `prepare`
// writes: for each document [index of its tenant's token, id].
import http from 'k6/http';
import exec from 'k6/execution';
import { check } from 'k6';

const TARGET = JSON.parse(open(__ENV.KN_TARGET));
const PHASE = __ENV.KN_PHASE;
const SECONDS = Number(__ENV.KN_SECONDS);
const CLIENTS = Number(__ENV.KN_CLIENTS);
const COUNT = Number(__ENV.KN_COUNT || 20000); // documents made by `prepare`
const HOT = 128;
const PREPARES = PHASE === 'prepare';
const DOCUMENTS = PREPARES ? [] : JSON.parse(open(__ENV.KN_DOCUMENTS));
const CONTENT = 'x'.repeat(1000);

const PARAMETERS = TARGET.tokens.map((token) => ({
  headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
  tags: { name: 'request' }, // one name for all addresses: k6 would keep a series for each
}));

function load() {
  if (PREPARES) return { executor: 'shared-iterations', vus: 1, iterations: 1, exec: 'nothing' };
  const always = { vus: CLIENTS, exec: PHASE, gracefulStop: '2s' };
  if (PHASE !== 'get_uncached') return { ...always, executor: 'constant-vus', duration: `${SECONDS}s` };
  // No document is read twice: it would be in the cache. What there is, is shared out among the turns.
  const iterations = Math.floor((DOCUMENTS.length - HOT) / Number(__ENV.KN_TURNS));
  return { ...always, executor: 'shared-iterations', iterations, maxDuration: `${SECONDS}s` };
}

export const options = {
  hosts: { [TARGET.host]: TARGET.address },
  setupTimeout: '10m',
  summaryTrendStats: ['med', 'p(95)', 'p(99)'],
  scenarios: { load: load() },
};

const body = (n) => JSON.stringify({ title: `bench ${n}`, content: CONTENT });
const address = (id) => `${TARGET.url}/api/v1/documents/${id}`;
const iteration = () => exec.scenario.iterationInTest;
const tenant = (n) => n % PARAMETERS.length;
const expect = (answer, status) => check(answer, { ok: (it) => it.status === status });

// Only what `setup` returns reaches handleSummary, which alone may write files.
export function setup() {
  const made = [];
  while (PREPARES && made.length < COUNT) {
    const batch = Array.from({ length: 50 }, (_, i) => made.length + i);
    http
      .batch(batch.map((n) => ['POST', `${TARGET.url}/api/v1/documents`, body(n), PARAMETERS[tenant(n)]]))
      .forEach((answer, i) => {
        if (answer.status !== 201) throw new Error(`a document was refused: ${answer.status} ${answer.body}`);
        made.push([tenant(batch[i]), answer.json('id')]);
      });
  }
  return made;
}

export function nothing() {}

export function create() {
  const n = iteration();
  expect(http.post(`${TARGET.url}/api/v1/documents`, body(n), PARAMETERS[tenant(n)]), 201);
}

function read(document) {
  expect(http.get(address(document[1]), PARAMETERS[document[0]]), 200);
}

export function get_cached() {
  read(DOCUMENTS[iteration() % HOT]);
}

export function get_uncached() {
  read(DOCUMENTS[HOT + Number(__ENV.KN_OFFSET) + iteration()]);
}

export function list() {
  expect(http.get(`${TARGET.url}/api/v1/documents?limit=20`, PARAMETERS[tenant(iteration())]), 200);
}

/** What the server and TLS cost without any work: a path that nothing answers. */
export function floor() {
  expect(http.get(`${TARGET.url}/nothing`, PARAMETERS[0]), 404);
}

export function handleSummary(data) {
  if (PREPARES) return { [__ENV.KN_DOCUMENTS]: JSON.stringify(data.setup_data) };
  const value = (metric, key) => data.metrics[metric]?.values[key] ?? 0;
  return {
    stdout: JSON.stringify({
      requests: value('http_reqs', 'count'),
      rate: value('http_reqs', 'rate'),
      failed: value('checks', 'fails'),
      ...Object.fromEntries(['med', 'p(95)', 'p(99)'].map((key) => [key, value('http_req_duration', key)])),
    }),
  };
}
