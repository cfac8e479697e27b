package dev.knowledgenetwork.web;

/**
 * Everything that can go wrong with a request, each with its URI, title and status (RFC 9457). They
 * are public and stay.
 */
public enum ProblemType {
  MALFORMED_BODY("malformed-body", "The body is not the JSON that is expected", 400),
  INVALID_PARAMETER("invalid-parameter", "A parameter or header is not valid", 400),
  INVALID_CURSOR("invalid-cursor", "The cursor does not belong to this list", 400),
  UNAUTHENTICATED("unauthenticated", "A valid bearer token is needed", 401),
  NO_TENANT("no-tenant", "The token names no tenant", 403),
  FORBIDDEN("forbidden", "The token does not permit this", 403),
  NOT_FOUND("not-found", "There is no such thing", 404),
  METHOD_NOT_ALLOWED("method-not-allowed", "The method is not allowed here", 405),
  NOT_ACCEPTABLE("not-acceptable", "No form of the answer is acceptable to the client", 406),
  IN_USE("in-use", "Something refers to what was to be deleted", 409),
  REQUEST_IN_PROGRESS("request-in-progress", "The same request is being answered", 409),
  VERSION_MISMATCH("version-mismatch", "The resource has another version", 412),
  BODY_TOO_LARGE("body-too-large", "The body is too large", 413),
  UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "The body has an unsupported media type", 415),
  INVALID_RESOURCE("invalid-resource", "The resource breaks rules", 422),
  IDEMPOTENCY_KEY_REUSED(
      "idempotency-key-reused", "The idempotency key belongs to another request", 422),
  VERSION_REQUIRED("version-required", "If-Match is required", 428),
  TOO_MANY_STREAMS("too-many-streams", "The tenant has as many streams as it may", 429),
  TOO_MANY_REQUESTS(
      "too-many-requests", "The tenant has as many requests under way as it may", 429),
  BAD_REQUEST("bad-request", "The request is not understood", 400),
  INTERNAL("internal", "Something went wrong on this side", 500),
  OUTCOME_UNKNOWN("outcome-unknown", "It is not known whether the change was stored", 500),
  UNAVAILABLE("unavailable", "What was asked for cannot be reached now", 503);

  private static final String BASE = "https://knowledgenetwork.dev/problems/";

  private final String uri;
  private final String title;
  private final int status;

  ProblemType(String name, String title, int status) {
    this.uri = BASE + name;
    this.title = title;
    this.status = status;
  }

  /** The URI that identifies the type. */
  public String uri() {
    return uri;
  }

  /** One line for a person, the same for each occurrence. */
  public String title() {
    return title;
  }

  /** Status code of the answer. */
  public int status() {
    return status;
  }
}
