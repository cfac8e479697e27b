// The documents API as a good team would write it in Node, for ./kn bench api to compare with: cache
// aside, one process, what api.js calls and no more. All paths and logins come from the environment.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';

const { env } = process;
const TTL_SECONDS = 300;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// Host, database and login are in PGHOST and the like.
const pool = new pg.Pool({
  max: 20,
  connectionTimeoutMillis: 2000,
  ssl: { ca: readFileSync(env.DATABASE_CA) },
});

const cache = new Redis({
  host: env.CACHE_HOST,
  port: env.CACHE_PORT ?? 6379,
  username: env.CACHE_USER,
  password: env.CACHE_PASSWORD,
  tls: { ca: readFileSync(env.CACHE_CA), servername: env.CACHE_HOST },
  enableAutoPipelining: true,
  maxRetriesPerRequest: 1,
});

const [jwk] = JSON.parse(readFileSync(env.TOKEN_KEYS)).keys;
const verify = createVerifier({
  key: createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
  algorithms: ['ES256'],
  allowedIss: env.TOKEN_ISSUER,
  allowedAud: env.TOKEN_AUDIENCE,
  requiredClaims: ['exp', 'tenant'],
  cache: 10_000,
});

const SUMMARY = `id, title, status, tags, version, created_at as "createdAt", updated_at as "updatedAt"`;
const STATEMENTS = {
  create: `insert into documents (id, tenant, title, content, status, tags)
    values ($1, $2, $3, $4, $5, $6) returning ${SUMMARY}, content`,
  get: `select ${SUMMARY}, content from documents where id = $1 and tenant = $2`,
  first: `select ${SUMMARY} from documents where tenant = $1 order by id desc limit $2`,
  next: `select ${SUMMARY} from documents where tenant = $1 and id < $3 order by id desc limit $2`,
};

/** The rows of a statement, which each connection prepares once. */
async function rows(name, ...values) {
  return (await pool.query({ name, text: STATEMENTS[name], values })).rows;
}

const id = { type: 'string', format: 'uuid' };
const time = { type: 'string', format: 'date-time' };
const tags = { type: 'array', items: { type: 'string', maxLength: 100 }, maxItems: 50 };
const status = { type: 'string', enum: ['draft', 'published', 'archived'] };
const summary = {
  id,
  title: { type: 'string' },
  status,
  tags,
  version: { type: 'integer' },
  createdAt: time,
  updatedAt: time,
};
const document = { type: 'object', properties: { ...summary, content: { type: 'string' } } };
const page = {
  type: 'object',
  properties: {
    items: { type: 'array', items: { type: 'object', properties: summary } },
    next: { type: ['string', 'null'] },
  },
};
const draft = {
  type: 'object',
  required: ['title'],
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 500 },
    content: { type: 'string', maxLength: 1_000_000, default: '' },
    status: { ...status, default: 'draft' },
    tags: { ...tags, default: [] },
  },
};

const app = Fastify({
  logger: { level: 'warn' },
  https: {
    cert: readFileSync(env.TLS_CERTIFICATE),
    key: readFileSync(env.TLS_KEY),
    minVersion: 'TLSv1.3',
  },
});

const etag = (version) => `"${version}"`;

function answer(reply, version, text) {
  return reply.header('ETag', etag(version)).type('application/json; charset=utf-8').send(text);
}

function refuse(reply, code, detail) {
  return reply.code(code).type('application/problem+json').send({ status: code, detail });
}

/** A cache that is away costs time, never an answer. */
function cacheAway(failure) {
  app.log.warn(failure, 'the cache is away');
  return null;
}
cache.on('error', cacheAway);
pool.on('error', (failure) => app.log.warn(failure, 'an idle connection was lost'));

async function documents(routes) {
  routes.decorateRequest('tenant', '');
  routes.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    try {
      if (!authorization?.startsWith('Bearer ')) throw new Error('no token');
      const claims = verify(authorization.slice(7));
      if (!claims.groups?.includes(request.method === 'GET' ? 'reader' : 'writer')) {
        return refuse(reply, 403, 'the token does not give that right');
      }
      request.tenant = claims.tenant;
    } catch {
      return refuse(reply.header('WWW-Authenticate', 'Bearer'), 401, 'no valid token');
    }
  });

  routes.post('/', { schema: { body: draft, response: { 201: document } } }, async (request, reply) => {
    const { title, content, status, tags } = request.body;
    const [made] = await rows('create', uuidv7(), request.tenant, title, content, status, tags);
    reply.code(201).header('Location', `/api/v1/documents/${made.id}`).header('ETag', etag(made.version));
    return made;
  });

  const params = { type: 'object', properties: { id } };
  routes.get('/:id', { schema: { params, response: { 200: document } } }, async (request, reply) => {
    const { tenant, params } = request;
    const key = `peer:document:${tenant}:${params.id}`;
    // The answer as it was sent, after its version: what is cached is not parsed again.
    const kept = await cache.get(key).catch(cacheAway);
    if (kept) {
      const end = kept.indexOf('\n');
      return answer(reply, kept.slice(0, end), kept.slice(end + 1));
    }
    const [found] = await rows('get', params.id, tenant);
    if (!found) return refuse(reply, 404, 'there is no such document');
    const text = reply.serializeInput(found, 200);
    cache.set(key, `${found.version}\n${text}`, 'EX', TTL_SECONDS).catch(cacheAway);
    return answer(reply, found.version, text);
  });

  const querystring = {
    type: 'object',
    additionalProperties: false,
    properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 }, cursor: id },
  };
  routes.get('/', { schema: { querystring, response: { 200: page } } }, async (request) => {
    const { limit, cursor } = request.query;
    // One more than asked for says whether there is a next page.
    const items = cursor
      ? await rows('next', request.tenant, limit + 1, cursor)
      : await rows('first', request.tenant, limit + 1);
    const more = items.length > limit;
    return { items: more ? items.slice(0, limit) : items, next: more ? items[limit - 1].id : null };
  });
}

app.register(documents, { prefix: '/api/v1/documents' });
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await app.close();
    await pool.end();
    cache.disconnect();
  });
}
await app.listen({ host: '::', port: env.PORT ?? 8443 });
