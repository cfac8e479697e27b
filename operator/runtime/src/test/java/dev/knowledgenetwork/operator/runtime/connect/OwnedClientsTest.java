package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import dev.knowledgenetwork.operator.runtime.kube.OwnerKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedClientsTest {

  private static final Owner OURS = new Owner(OwnerKind.CACHE_TIER, "demo", "kn");
  private static final Owner THEIRS = new Owner(OwnerKind.CACHE_TIER, "other", "kn");

  private final List<Client> made = new ArrayList<>();
  private final List<Client> closed = new ArrayList<>();
  private final OwnedClients<Client> clients = new OwnedClients<>(this::make, closed::add);

  /** Told apart by identity. */
  private static final class Client {}

  private Client make(String authority) {
    Client client = new Client();
    made.add(client);
    return client;
  }

  /** Leased and given back. */
  private Client use(Owner owner, String authority) {
    try (OwnedClients.Lease<Client> lease = clients.lease(owner, authority)) {
      return lease.client();
    }
  }

  @Test
  void aClientIsKeptWhileItsAuthorityStays() {
    assertThat(use(OURS, "a")).isSameAs(use(OURS, "a"));
    assertThat(made).hasSize(1);
    assertThat(closed).isEmpty();
  }

  @Test
  void anotherAuthorityMakesAnotherClientAndClosesTheOneBefore() {
    Client first = use(OURS, "a");
    Client second = use(OURS, "b");
    assertThat(second).isNotSameAs(first);
    assertThat(closed).containsExactly(first);
    use(OURS, "a");
    assertThat(closed).as("not even an authority that comes back").containsExactly(first, second);
  }

  @Test
  void ownersDoNotShareAClientEvenWithOneAuthority() {
    Client ours = use(OURS, "a");
    Client theirs = use(THEIRS, "a");
    use(OURS, "b");
    assertThat(closed).containsExactly(ours);
    assertThat(use(THEIRS, "a")).isSameAs(theirs);
  }

  @Test
  void aForgottenOwnerHoldsNoClient() {
    Client first = use(OURS, "a");
    Client theirs = use(THEIRS, "a");
    clients.forget(OURS);
    clients.forget(OURS);
    assertThat(closed).containsExactly(first);
    assertThat(use(OURS, "a")).isNotSameAs(first);
    assertThat(use(THEIRS, "a")).isSameAs(theirs);
  }

  @Test
  void noClientIsLeftWhenAllAreForgotten() {
    Client ours = use(OURS, "a");
    Client theirs = use(THEIRS, "a");
    clients.forgetAll();
    clients.forgetAll();
    assertThat(closed).containsExactlyInAnyOrder(ours, theirs);
  }

  @Test
  void aClientInUseIsClosedWhenItsLastUserIsDone() {
    OwnedClients.Lease<Client> first = clients.lease(OURS, "a");
    OwnedClients.Lease<Client> second = clients.lease(OURS, "a");
    assertThat(second.client()).isSameAs(first.client());
    clients.forget(OURS);
    assertThat(use(OURS, "a")).isNotSameAs(first.client());
    first.close();
    assertThat(closed).isEmpty();
    second.close();
    assertThat(closed).containsExactly(first.client());
  }

  @Test
  void aClientInUseOutlivesItsAuthorityUntilItIsGivenBack() {
    OwnedClients.Lease<Client> lease = clients.lease(OURS, "a");
    Client second = use(OURS, "b");
    assertThat(closed).isEmpty();
    lease.close();
    assertThat(closed).containsExactly(lease.client());
    assertThat(use(OURS, "b")).isSameAs(second);
  }

  @Test
  void anAuthorityThatIsNoneLeavesTheClientBefore() {
    OwnedClients<String> strict =
        new OwnedClients<>(
            authority -> {
              if (authority.isEmpty()) {
                throw new IllegalArgumentException("no certificate");
              }
              return "client of " + authority;
            },
            client -> {
              throw new AssertionError(client + " is in use");
            });
    try (OwnedClients.Lease<String> lease = strict.lease(OURS, "a")) {
      assertThatThrownBy(() -> strict.lease(OURS, "")).isInstanceOf(IllegalArgumentException.class);
      assertThat(lease.client()).isEqualTo("client of a");
    }
  }
}
