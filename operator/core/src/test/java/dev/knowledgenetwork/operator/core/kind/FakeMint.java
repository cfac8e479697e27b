package dev.knowledgenetwork.operator.core.kind;

import dev.knowledgenetwork.operator.core.plan.Plan;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret;
import dev.knowledgenetwork.operator.core.plan.PlannedSecret.Entry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;

/**
 * Makes and renews Secrets as the mint does, but without randomness: what is made for the n-th time
 * says so.
 */
public final class FakeMint {

  private static final int STAGES = 4;

  private final String clusterId;
  private int made;

  /** One whose Secrets have that identity. */
  public FakeMint(String clusterId) {
    this.clusterId = clusterId;
  }

  /** All Secrets that plans ask for, one after the other, until there are no more. */
  public static Children settled(String clusterId, Function<Children, Plan> planner) {
    FakeMint mint = new FakeMint(clusterId);
    Children children = Children.none();
    for (int i = 0; i < STAGES; i++) {
      for (PlannedSecret planned : planner.apply(children).secrets()) {
        List<HasMetadata> more = new ArrayList<>(children.objects());
        more.removeIf(each -> each.getMetadata().getName().equals(planned.metadata().getName()));
        more.add(mint.renewed(planned, children));
        children = new Children(more);
      }
    }
    return children;
  }

  /** A Secret as planned, with what of it is there and need not change. */
  public Secret renewed(PlannedSecret planned, Children present) {
    String name = planned.metadata().getName();
    Optional<Secret> live = present.find(Secret.class, name);
    Map<String, String> kept = new LinkedHashMap<>();
    live.map(Secret::getData)
        .orElse(Map.of())
        .forEach((key, value) -> kept.put(key, decoded(value)));
    Map<String, String> values = new LinkedHashMap<>(kept);
    for (Entry entry : planned.entries()) {
      switch (entry) {
        case Entry.Literal(String key, String value) -> values.put(key, value);
        case Entry.Password(String key) -> values.computeIfAbsent(key, absent -> fresh("password"));
        case Entry.Identity(String key) -> values.putIfAbsent(key, clusterId);
        case Entry.Authority authority -> pair(values, fresh -> true);
        case Entry.Certificate certificate -> {
          String authority = present.value(certificate.authoritySecret(), "tls.crt").orElseThrow();
          pair(values, known -> known.equals("signed by " + authority));
          values.put("tls.crt", "signed by " + authority);
          values.put("ca.crt", authority);
        }
        case Entry.AuthorityCertificate(String key, String authority) ->
            values.put(key, present.value(authority, "tls.crt").orElseThrow());
        case Entry.SigningKey key -> {
          values.computeIfAbsent("private.pem", absent -> fresh("key"));
          values.put("public.jwks", "of " + values.get("private.pem"));
        }
        case Entry.Template(String key, String text, boolean held) -> {
          if (!held || !kept.containsKey(key)) {
            values.put(key, filled(text, values, present));
          }
        }
      }
    }
    Map<String, String> data = new LinkedHashMap<>();
    values.forEach((key, value) -> data.put(key, encoded(value)));
    return live.filter(found -> data.equals(found.getData()))
        .orElseGet(
            () ->
                new SecretBuilder()
                    .withMetadata(
                        new ObjectMetaBuilder(
                                live.map(Secret::getMetadata).orElse(planned.metadata()))
                            .build())
                    .withData(data)
                    .build());
  }

  private void pair(Map<String, String> values, Predicate<String> fits) {
    if (!values.containsKey("tls.key") || !fits.test(values.getOrDefault("tls.crt", ""))) {
      values.put("tls.crt", fresh("certificate"));
      values.put("tls.key", fresh("key"));
    }
  }

  private static String filled(String text, Map<String, String> values, Children present) {
    return PlannedSecret.PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group(2) == null
                        ? Objects.requireNonNull(values.get(found.group(3)))
                        : present.value(found.group(2), found.group(3)).orElseThrow()));
  }

  private String fresh(String what) {
    made++;
    return "%s %d of %s".formatted(what, made, clusterId);
  }

  private static String decoded(String value) {
    return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }
}
