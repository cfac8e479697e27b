// The documents API under load: create, get from the cache, get past the cache, list.
// ./kn bench api runs it and says where the API is: URL, address behind the name, file with a token.
import http from 'k6/http';
import exec from 'k6/execution';
import { check } from 'k6';

const BASE = __ENV.KN_URL;
const TOKEN = open(__ENV.KN_TOKEN_FILE).trim();
const SECONDS = Number(__ENV.KN_BENCH_SECONDS || 20);
const CLIENTS = Number(__ENV.KN_BENCH_CLIENTS || 16);
const UNCACHED = Number(__ENV.KN_BENCH_DOCUMENTS || 20000); // more than one run can read
const HOT = 50;
const PHASES = ['create', 'get_cached', 'get_uncached', 'list'];

function scenario(name, index) {
  return {
    executor: 'constant-vus',
    vus: CLIENTS,
    duration: `${SECONDS}s`,
    startTime: `${index * (SECONDS + 2)}s`,
    gracefulStop: '2s',
    exec: name,
    tags: { phase: name },
  };
}

export const options = {
  hosts: { [__ENV.KN_HOST]: __ENV.KN_ADDRESS },
  setupTimeout: '5m',
  summaryTrendStats: ['med', 'p(95)', 'p(99)'],
  scenarios: Object.fromEntries(PHASES.map((name, index) => [name, scenario(name, index)])),
  // A threshold on a tag is how k6 is asked to report that tag by itself.
  thresholds: Object.fromEntries(
    PHASES.flatMap((name) => [
      [`http_req_duration{phase:${name}}`, ['max>=0']],
      [`http_reqs{phase:${name}}`, ['count>=0']],
      [`checks{phase:${name}}`, ['rate>0.999']],
    ]),
  ),
};

const json = { headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' } };
// One name for all documents: k6 would keep a series for each address.
const oneDocument = { ...json, tags: { name: 'document' } };

function post(n) {
  return http.post(`${BASE}/api/v1/documents`, JSON.stringify({ title: `bench ${n}`, content: 'x'.repeat(1000) }), json);
}

export function setup() {
  const ids = [];
  while (ids.length < UNCACHED) {
    const batch = Array.from({ length: 50 }, (_, i) => [
      'POST',
      `${BASE}/api/v1/documents`,
      JSON.stringify({ title: `bench ${ids.length + i}`, content: 'x'.repeat(1000) }),
      json,
    ]);
    http.batch(batch).forEach((answer) => {
      if (answer.status === 201) ids.push(answer.json('id'));
    });
  }
  return ids;
}

export function create() {
  check(post(exec.scenario.iterationInTest), { created: (answer) => answer.status === 201 });
}

export function get_cached(ids) {
  const id = ids[exec.scenario.iterationInTest % HOT];
  check(http.get(`${BASE}/api/v1/documents/${id}`, oneDocument), { ok: (answer) => answer.status === 200 });
}

export function get_uncached(ids) {
  const id = ids[HOT + (exec.scenario.iterationInTest % (ids.length - HOT))];
  check(http.get(`${BASE}/api/v1/documents/${id}`, oneDocument), { ok: (answer) => answer.status === 200 });
}

export function list() {
  check(http.get(`${BASE}/api/v1/documents?limit=20`, json), { ok: (answer) => answer.status === 200 });
}

export function handleSummary(data) {
  const value = (metric, key) => data.metrics[metric]?.values[key] ?? 0;
  const lines = PHASES.map((name) => {
    const d = `http_req_duration{phase:${name}}`;
    return [
      name.padEnd(14),
      (value(`http_reqs{phase:${name}}`, 'count') / SECONDS).toFixed(0).padStart(9),
      ...['med', 'p(95)', 'p(99)'].map((key) => value(d, key).toFixed(1).padStart(9)),
      `${(100 - 100 * value(`checks{phase:${name}}`, 'rate')).toFixed(2)} %`.padStart(9),
    ].join(' ');
  });
  return {
    stdout: [
      `API, ${CLIENTS} clients, ${SECONDS} s each`,
      `${'what'.padEnd(14)} ${'req/s'.padStart(9)} ${'p50 ms'.padStart(9)} ${'p95 ms'.padStart(9)} ${'p99 ms'.padStart(9)} ${'failed'.padStart(9)}`,
      ...lines,
      '',
    ].join('\n'),
  };
}
