package dev.knowledgenetwork.operator.runtime.connect;

import dev.knowledgenetwork.operator.runtime.kube.Owner;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client for each owner, which trusts the owner's authority of the moment: so no more clients
 * are kept than there are owners, however often an authority is replaced. Invariant: a client is
 * closed once, and never while it is leased, as a connection of a closed one may wait for ever.
 */
final class OwnedClients<C> {

  private final Function<String, C> make;
  private final Consumer<C> end;
  private final Map<Owner, Lease<C>> held = new ConcurrentHashMap<>();

  /** A client for as long as this is open; whoever leases at the same time shares it. */
  static final class Lease<C> implements AutoCloseable {

    private final String authority;
    private final C client;
    private final Consumer<C> end;
    private int users;
    private boolean dropped;

    private Lease(String authority, C client, Consumer<C> end) {
      this.authority = authority;
      this.client = client;
      this.end = end;
    }

    C client() {
      return client;
    }

    @Override
    public synchronized void close() {
      users--;
      endUnused();
    }

    private synchronized Lease<C> taken() {
      users++;
      return this;
    }

    private synchronized void drop() {
      dropped = true;
      endUnused();
    }

    private void endUnused() {
      if (dropped && users == 0) {
        end.accept(client);
      }
    }
  }

  /**
   * No client yet.
   *
   * @param make from an authority
   * @param end closes a client and returns at once
   */
  OwnedClients(Function<String, C> make, Consumer<C> end) {
    this.make = make;
    this.end = end;
  }

  /** The owner's client for that authority; one for another authority is dropped. */
  Lease<C> lease(Owner owner, String authority) {
    return held.compute(owner, (key, before) -> renewed(before, authority).taken());
  }

  /** Drops the owner's client, where there is one. */
  void forget(Owner owner) {
    Lease<C> last = held.remove(owner);
    if (last != null) {
      last.drop();
    }
  }

  /** Drops all clients; whoever leases afterwards gets a new one. */
  void forgetAll() {
    held.keySet().forEach(this::forget);
  }

  private Lease<C> renewed(@Nullable Lease<C> before, String authority) {
    if (before != null && before.authority.equals(authority)) {
      return before;
    }
    Lease<C> renewed = new Lease<>(authority, make.apply(authority), end);
    if (before != null) {
      before.drop();
    }
    return renewed;
  }
}
