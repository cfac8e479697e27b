package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import dev.knowledgenetwork.operator.runtime.kube.SecretReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Patroni's REST API, over TLS verified against the ShardSet's own authority. Members are tried in
 * turn: any of them knows the shard. A question costs at most two seconds for each silent member.
 */
public final class PatroniClient implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final int UNAUTHORIZED = 401;

  /** Patroni answers once the new primary leads, within seconds; the longest that an action may. */
  private static final Duration SWITCHOVER_TIMEOUT = Duration.ofSeconds(25);

  private final SecretReader secrets;
  private final Addresses addresses;

  /** Of all clients: else each would keep some of its own, as it is asked again and again. */
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("patroni-", 0).factory());

  private final OwnedClients<HttpClient> clients =
      new OwnedClients<>(this::client, HttpClient::shutdown);

  /** Credentials come from there. */
  public PatroniClient(SecretReader secrets, Addresses addresses) {
    this.secrets = secrets;
    this.addresses = addresses;
  }

  /** Which shard is meant. */
  public record Shard(String namespace, String shardSet, String name, int instances) {

    /** A part of a ShardSet. */
    public static Shard of(Target shard, int instances) {
      return new Shard(shard.namespace(), shard.name(), shard.part(), instances);
    }

    private Owner owner() {
      return new Owner(OwnerKind.SHARD_SET, namespace, shardSet);
    }
  }

  /**
   * What members are asked.
   *
   * @param repeatable whether the next member may be asked when one has not answered in time
   */
  private record Question(
      String path, Duration timeout, boolean repeatable, HttpRequest.Builder request) {

    static Question get(String path) {
      return new Question(path, TIMEOUT, true, HttpRequest.newBuilder().GET());
    }
  }

  /** Closes the connections to an owner's members. */
  public void forget(Owner owner) {
    clients.forget(owner);
  }

  /** Closes the connections to all members. */
  @Override
  public void close() {
    clients.forgetAll();
  }

  /**
   * The body of a GET from the first member that answers with 200.
   *
   * @throws IOException when none does
   */
  public String get(Shard shard, String path) throws IOException, InterruptedException {
    return send(shard, members(shard), Question.get(path));
  }

  /**
   * The body of a GET from one member, about itself.
   *
   * @param pod name of its pod
   * @throws IOException when it does not answer with 200, or there is none of that name
   */
  public String get(Shard shard, String pod, String path) throws IOException, InterruptedException {
    List<Addresses.HostPort> members = members(shard);
    return send(
        shard,
        IntStream.range(0, members.size())
            .filter(n -> Names.instance(shard.shardSet(), shard.name(), n).equals(pod))
            .mapToObj(members::get)
            .toList(),
        Question.get(path));
  }

  /**
   * Sends a PATCH with a JSON body, with Patroni's own credentials.
   *
   * @throws IOException when no member accepts it
   */
  public void patch(Shard shard, String path, String body)
      throws IOException, InterruptedException {
    send(
        shard,
        members(shard),
        new Question(path, TIMEOUT, true, authenticated(shard, "PATCH", body)));
  }

  /**
   * Asks for another primary and waits until it leads. Asked once: a member that took the request
   * and is silent goes on with it.
   *
   * @param body {@code leader} and {@code candidate}, as JSON
   * @throws IOException when it is refused, did not come about, or no member answers
   */
  public void switchover(Shard shard, String body) throws IOException, InterruptedException {
    send(
        shard,
        members(shard),
        new Question("/switchover", SWITCHOVER_TIMEOUT, false, authenticated(shard, "POST", body)));
  }

  private HttpRequest.Builder authenticated(Shard shard, String method, String body)
      throws IOException {
    String credentials = login(shard, "rest-username") + ":" + login(shard, "rest-password");
    return HttpRequest.newBuilder()
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .header("Content-Type", "application/json")
        .header(
            "Authorization",
            "Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
  }

  private List<Addresses.HostPort> members(Shard shard) {
    return addresses.patroni(shard.namespace(), shard.shardSet(), shard.name(), shard.instances());
  }

  private String send(Shard shard, List<Addresses.HostPort> members, Question question)
      throws IOException, InterruptedException {
    String authority =
        secrets
            .secret(shard.namespace(), Names.databaseAuthority(shard.shardSet()), "tls.crt")
            .orElseThrow(PatroniClient::absent);
    try (OwnedClients.Lease<HttpClient> lease = clients.lease(shard.owner(), authority)) {
      return send(lease.client(), shard, members, question);
    }
  }

  private static String send(
      HttpClient client, Shard shard, List<Addresses.HostPort> members, Question question)
      throws IOException, InterruptedException {
    String refusal = "no member answers";
    for (Addresses.HostPort member : members) {
      try {
        HttpResponse<String> answer =
            client.send(
                question
                    .request()
                    .uri(
                        URI.create(
                            "https://" + member.host() + ":" + member.port() + question.path()))
                    .timeout(question.timeout())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          return answer.body();
        }
        refusal =
            answer.statusCode() == UNAUTHORIZED
                ? "%s refuses rest-username and rest-password of Secret %s (401): it reads them when it starts"
                    .formatted(member.host(), Names.superuser(shard.shardSet()))
                : member.host() + " answers " + answer.statusCode() + " " + answer.body();
      } catch (HttpConnectTimeoutException e) {
        continue;
      } catch (HttpTimeoutException e) {
        if (!question.repeatable()) {
          throw new IOException(member.host() + " does not answer in time", e);
        }
      } catch (IOException e) {
        // The next member may know; that none does is said below.
        continue;
      }
    }
    throw new IOException(refusal);
  }

  private HttpClient client(String authority) {
    return HttpClient.newBuilder()
        .sslContext(Trust.context(authority))
        .executor(threads)
        .connectTimeout(TIMEOUT)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  private String login(Shard shard, String key) throws IOException {
    return secrets
        .line(shard.namespace(), Names.superuser(shard.shardSet()), key)
        .orElseThrow(PatroniClient::absent);
  }

  private static IOException absent() {
    return new IOException("credentials are not there yet");
  }
}
