package dev.knowledgenetwork.operator.core.plan;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/**
 * A Secret whose content is made once, where the randomness is, and never made again: applying it
 * is a create that leaves an existing Secret untouched.
 *
 * @param metadata complete: name, namespace, labels and, unless the Secret must outlive its owner,
 *     the owner reference
 * @param entries evaluated in order; an entry may refer to keys of earlier entries
 */
public record PlannedSecret(ObjectMeta metadata, List<Entry> entries) {

  public PlannedSecret {
    entries = List.copyOf(entries);
  }

  /** One source of content. */
  public sealed interface Entry {

    /** A fixed text. */
    record Literal(String key, String value) implements Entry {}

    /** 32 random letters and digits (190 bits). */
    record Password(String key) implements Entry {}

    /** A random UUID. */
    record Identity(String key) implements Entry {}

    /** A self-signed authority: {@code tls.crt}, {@code tls.key}. */
    record Authority(String commonName) implements Entry {}

    /**
     * A certificate for servers and clients, signed by the authority in another Secret of the same
     * namespace: {@code tls.crt}, {@code tls.key}, {@code ca.crt}.
     */
    record Certificate(String authoritySecret, String commonName, List<String> dnsNames)
        implements Entry {

      public Certificate {
        dnsNames = List.copyOf(dnsNames);
      }
    }

    /** The certificate (not the key) of the authority in another Secret. */
    record AuthorityCertificate(String key, String authoritySecret) implements Entry {}

    /**
     * A key pair that signs tokens: {@code private.pem} (PKCS#8, EC P-256), {@code public.jwks}.
     */
    record SigningKey(String keyId) implements Entry {}

    /**
     * A text with placeholders: <code>${key}</code> is an earlier entry of this Secret, <code>
     * ${secret/key}</code> a key of another Secret of the namespace, <code>${sha256:secret/key}
     * </code> its SHA-256 in hexadecimal.
     */
    record Template(String key, String text) implements Entry {}
  }
}
