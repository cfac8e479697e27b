package dev.knowledgenetwork.operator.core.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Secret whose content is made where the randomness is. What nobody could make again, such as a
 * password, is made once and kept, whoever set it since. What follows from something else, such as
 * a certificate from its authority or a file from a password, is kept true to that: where it does
 * not fit, it is made anew.
 *
 * @param metadata complete: name, namespace, labels and, unless the Secret must outlive its owner,
 *     the owner reference
 * @param entries evaluated in order; an entry may refer to keys of earlier entries
 */
public record PlannedSecret(ObjectMeta metadata, List<Entry> entries) {

  /** What stands in braces in a {@link Entry.Template}: form, Secret and key. */
  public static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{(?:(sha256|uri|quoted|yaml):)?(?:([^:}/]+)/)?([^:}/]+)}");

  public PlannedSecret {
    entries = List.copyOf(entries);
  }

  /** The other Secrets that its content follows from. */
  public Set<String> sources() {
    return entries.stream().flatMap(Entry::sources).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether any of it is to stay as it is, although what it follows from may have changed. */
  public boolean isHeld() {
    return entries.stream().anyMatch(entry -> entry instanceof Entry.Template t && t.held());
  }

  /** One source of content. */
  public sealed interface Entry {

    /** Names of the Secrets that it follows from. */
    default Stream<String> sources() {
      return Stream.empty();
    }

    /** A fixed text. */
    record Literal(String key, String value) implements Entry {}

    /** 32 random letters and digits (190 bits); kept where there is any other. */
    record Password(String key) implements Entry {}

    /** A random UUID. */
    record Identity(String key) implements Entry {}

    /**
     * A self-signed authority: {@code tls.crt}, {@code tls.key}.
     *
     * @param replaceable whether one whose key does not fit may be made anew: all that it signed is
     *     made anew with it, so not where databases rest on it
     */
    record Authority(String commonName, boolean replaceable) implements Entry {}

    /**
     * A certificate for servers and clients, signed by the authority in another Secret of the same
     * namespace: {@code tls.crt}, {@code tls.key}, {@code ca.crt}. It may have more names.
     */
    record Certificate(String authoritySecret, String commonName, List<String> dnsNames)
        implements Entry {

      public Certificate {
        dnsNames = List.copyOf(dnsNames);
      }

      @Override
      public Stream<String> sources() {
        return Stream.of(authoritySecret);
      }
    }

    /** The certificate (not the key) of the authority in another Secret. */
    record AuthorityCertificate(String key, String authoritySecret) implements Entry {

      @Override
      public Stream<String> sources() {
        return Stream.of(authoritySecret);
      }
    }

    /**
     * A key pair that signs tokens: {@code private.pem} (PKCS#8, EC P-256), {@code public.jwks}.
     */
    record SigningKey(String keyId) implements Entry {}

    /**
     * A text with placeholders: <code>${key}</code> is an earlier entry of this Secret, <code>
     * ${secret/key}</code> a key of another Secret of the namespace; both without white space
     * around them. Before the name may stand a form: <code>sha256:</code> gives the SHA-256 in
     * hexadecimal, <code>uri:</code> a part of a URI, <code>quoted:</code> the inside of a text in
     * double quotes that doubles them, <code>yaml:</code> that of one in YAML.
     *
     * @param held one that exists stays as it is: whoever must know what it is made from does not
     *     yet
     */
    record Template(String key, String text, boolean held) implements Entry {

      /** One that is always true to what it is made from. */
      public Template(String key, String text) {
        this(key, text, false);
      }

      @Override
      public Stream<String> sources() {
        return PLACEHOLDER
            .matcher(text)
            .results()
            .map(found -> found.group(2))
            .filter(secret -> secret != null);
      }
    }
  }
}
