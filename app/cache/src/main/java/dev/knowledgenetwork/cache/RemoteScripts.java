package dev.knowledgenetwork.cache;

/**
 * What L2 does in one step. Times are the server's, in milliseconds: what waits in a broken
 * connection for longer than its deadline has no effect when it arrives after all.
 */
final class RemoteScripts {

  private static final String NOW =
      """
      local time = redis.call('time')
      local now = time[1] * 1000 + math.floor(time[2] / 1000)
      """;

  /** Stores ARGV[1] for ARGV[2] ms unless something newer is there or ARGV[3] has passed. */
  static final String FILL =
      NOW
          + """
          if now > tonumber(ARGV[3]) then
            return 0
          end
          local old = redis.call('getrange', KEYS[1], 0, 19)
          if #old == 20 and string.sub(old, 1, 1) == string.sub(ARGV[1], 1, 1)
              and string.sub(old, 2) > string.sub(ARGV[1], 2, 20) then
            return 0
          end
          redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
          return 1
          """;

  /**
   * Leaves a tombstone ARGV[1] for ARGV[2] ms unless that version is there, at least prolongs the
   * tombstone that is there; then tells all.
   */
  static final String CHANGE =
      """
      local old = redis.call('getrange', KEYS[1], 0, 20)
      if #old < 21 or string.sub(old, 1, 1) ~= string.sub(ARGV[1], 1, 1)
          or string.sub(old, 2, 20) < string.sub(ARGV[1], 2, 20) then
        redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
      elseif old == ARGV[1] and redis.call('pttl', KEYS[1]) < tonumber(ARGV[2]) then
        redis.call('pexpire', KEYS[1], ARGV[2])
      end
      return redis.call('publish', ARGV[3], ARGV[4])
      """;

  /** Leaves the mark KEYS[1] for ARGV[1] ms: values that are older than it are void. Tells all. */
  static final String EVERYTHING =
      """
      redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[1])
      return redis.call('publish', ARGV[2], ARGV[3])
      """;

  /**
   * Tells all, unless the deadline ARGV[3] has passed, and answers the time. Notes in KEYS[1] that
   * the sender ARGV[4] has told everything (ARGV[5] is 1), or that it ends (-1). Who was silent for
   * ARGV[6] ms is forgotten; as nobody knows what it changed last, the mark KEYS[2] says for
   * ARGV[7] ms that older values are void. The mark is touched, so that it is not what a full
   * server evicts.
   */
  static final String PRESENCE =
      NOW
          + """
          if now > tonumber(ARGV[3]) then
            return now
          end
          if ARGV[5] == '1' then
            redis.call('zadd', KEYS[1], now, ARGV[4])
          elseif ARGV[5] == '-1' then
            redis.call('zrem', KEYS[1], ARGV[4])
          end
          if redis.call('zremrangebyscore', KEYS[1], '-inf', now - ARGV[6]) > 0 then
            redis.call('set', KEYS[2], ARGV[7], 'PX', ARGV[7])
          end
          redis.call('touch', KEYS[2])
          redis.call('publish', ARGV[1], ARGV[2])
          return now
          """;

  /**
   * For a new listener: the life left of the mark KEYS[2], then senders and their silence in ms.
   */
  static final String LISTENER =
      NOW
          + """
          local answer = {tostring(redis.call('pttl', KEYS[2]))}
          local senders = redis.call('zrange', KEYS[1], 0, -1, 'withscores')
          for i = 1, #senders, 2 do
            answer[i + 1] = senders[i]
            answer[i + 2] = string.format('%.0f', now - senders[i + 1])
          end
          return answer
          """;

  private RemoteScripts() {}
}
