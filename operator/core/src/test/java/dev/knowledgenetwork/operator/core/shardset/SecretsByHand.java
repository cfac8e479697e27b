package dev.knowledgenetwork.operator.core.shardset;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What people do to the Secrets of a world, and what they read there. */
public record SecretsByHand(World world) {

  /** Sets a value. */
  public void set(String name, String key, String value) {
    world.put(
        new SecretBuilder(world.get(Secret.class, name))
            .addToData(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)))
            .build());
  }

  /** Removes a key. */
  public void remove(String name, String key) {
    world.put(new SecretBuilder(world.get(Secret.class, name)).removeFromData(key).build());
  }

  /** A value, which must be there. */
  public String value(String name, String key) {
    return world.children().value(name, key).orElseThrow();
  }
}
