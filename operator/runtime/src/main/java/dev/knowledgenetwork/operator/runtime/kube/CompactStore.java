package dev.knowledgenetwork.operator.runtime.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects without what nobody reads, and as compressed JSON: memory is what bounds a
 * cluster-wide cache, and as Java objects they take ten times as much. One that is looked at stays
 * an object for as long as anybody holds it, so that a pass reads each child once, which costs some
 * ten microseconds.
 */
final class CompactStore<T extends HasMetadata> implements ItemStore<T> {

  private final ChildKind<T> kind;
  private final KubernetesSerialization json;
  private final Map<String, Kept<T>> all = new ConcurrentHashMap<>();

  CompactStore(ChildKind<T> kind, KubernetesSerialization json) {
    this.kind = kind;
    this.json = json;
  }

  private static final class Kept<T> {

    private final byte[] text;
    private volatile WeakReference<T> object;

    Kept(byte[] text, T object) {
      this.text = text;
      this.object = new WeakReference<>(object);
    }
  }

  @Override
  public String getKey(T object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public @Nullable T put(String key, T object) {
    object.getMetadata().setManagedFields(List.of());
    T stripped = kind.strip().apply(object);
    return object(all.put(key, new Kept<>(compressed(stripped), stripped)));
  }

  @Override
  public @Nullable T remove(String key) {
    return object(all.remove(key));
  }

  @Override
  public @Nullable T get(String key) {
    return object(all.get(key));
  }

  @Override
  public Stream<String> keySet() {
    return all.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return all.values().stream().map(this::object).filter(Objects::nonNull);
  }

  @Override
  public int size() {
    return all.size();
  }

  private @Nullable T object(@Nullable Kept<T> kept) {
    if (kept == null) {
      return null;
    }
    T object = kept.object.get();
    if (object == null) {
      object = read(kept.text);
      kept.object = new WeakReference<>(object);
    }
    return object;
  }

  private byte[] compressed(T object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream compressing = new DeflaterOutputStream(bytes)) {
      compressing.write(json.asJson(object).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private T read(byte[] text) {
    try (InflaterInputStream plain = new InflaterInputStream(new ByteArrayInputStream(text))) {
      return json.unmarshal(plain, kind.type());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
