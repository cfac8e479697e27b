package dev.knowledgenetwork.operator.core.plan;

import dev.knowledgenetwork.crds.common.ImageName;
import dev.knowledgenetwork.crds.common.KnApi;
import dev.knowledgenetwork.crds.common.Maintenance;
import dev.knowledgenetwork.crds.common.MaintenanceWindow;
import dev.knowledgenetwork.crds.common.PodOptions;
import dev.knowledgenetwork.crds.common.Resources;
import dev.knowledgenetwork.operator.core.workload.Least;
import dev.knowledgenetwork.operator.core.workload.Window;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one object: all of it, in the order in which it is found. */
public final class Violations {

  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  private static final Pattern IMAGE = Pattern.compile(ImageName.PATTERN);
  private static final Pattern KEY = Pattern.compile(PodOptions.KEY);
  private static final Pattern LABEL = Pattern.compile(PodOptions.LABEL_VALUE);
  private static final int LONGEST_LABEL = 63;

  private final List<Problem> found = new ArrayList<>();

  /** Everything found so far. */
  public List<Problem> all() {
    return List.copyOf(found);
  }

  /** A violation of a field, with what to write instead. */
  public void refuse(String field, String message) {
    found.add(new Problem.InvalidSpec(StandardReason.INVALID_SPEC, field, message));
  }

  /** A violation unless the condition holds. */
  public void require(boolean holds, String field, String message) {
    if (!holds) {
      refuse(field, message);
    }
  }

  /** A violation unless the number is one of those from least to most. */
  public void between(String field, int value, int least, int most) {
    require(
        value >= least && value <= most,
        field,
        "use a number from %d to %d".formatted(least, most));
  }

  /**
   * Violations unless amounts can be meant and no request is above its limit.
   *
   * @param leastMemory that a limit must give: with less the container is killed when it starts
   */
  public void resources(String field, Resources resources, Quantity leastMemory) {
    memory(field + ".requests.memory", resources.requests(), Resources.LEAST_MEMORY);
    memory(field + ".limits.memory", resources.limits(), leastMemory);
    new TreeMap<>(resources.requests())
        .forEach((name, amount) -> positive(field + ".requests." + name, amount));
    new TreeMap<>(resources.limits())
        .forEach((name, amount) -> positive(field + ".limits." + name, amount));
    new TreeMap<>(resources.requests())
        .forEach(
            (name, request) -> {
              Quantity limit = resources.limits().get(name);
              require(
                  limit == null
                      || request.getNumericalAmount().compareTo(limit.getNumericalAmount()) <= 0,
                  field + ".requests." + name,
                  "a request must not be greater than its limit");
            });
  }

  /** Of nothing, or less, another rule speaks. */
  private void memory(String field, Map<String, Quantity> amounts, Quantity least) {
    Optional.ofNullable(amounts.get("memory"))
        .filter(amount -> amount.getNumericalAmount().signum() > 0)
        .ifPresent(amount -> atLeast(field, amount, least));
  }

  /** A violation unless it is that many bytes, with what was probably meant. */
  public void atLeast(String field, Quantity amount, Quantity least) {
    new Least(least).objection(amount).ifPresent(objection -> refuse(field, objection));
  }

  private void positive(String field, Quantity amount) {
    require(
        amount.getNumericalAmount().signum() > 0,
        field,
        "requests and limits must be greater than zero");
  }

  /** A violation unless the text is the reference of an image, or absent. */
  public void image(String field, @Nullable String image) {
    require(
        image == null || image.length() <= ImageName.LENGTH && IMAGE.matcher(image).matches(),
        field,
        "use the reference of an image, for example registry.example.org/kn/postgres:17.5");
  }

  /**
   * Violations unless the keys of labels and annotations are well formed and not the operator's.
   */
  public void pods(PodOptions pods) {
    keys("spec.podLabels", pods.podLabels());
    new TreeMap<>(pods.podLabels())
        .forEach(
            (key, value) ->
                require(
                    value.length() <= LONGEST_LABEL && LABEL.matcher(value).matches(),
                    "spec.podLabels." + key,
                    "values of labels have at most 63 characters of A-Z, a-z, 0-9, -, _ and ."));
    keys("spec.podAnnotations", pods.podAnnotations());
    keys("spec.serviceAccountAnnotations", pods.serviceAccountAnnotations());
  }

  /** Violations unless the keys of annotations are well formed and not the operator's. */
  public void annotations(String field, Map<String, String> annotations) {
    keys(field, annotations);
  }

  private void keys(String field, Map<String, String> map) {
    for (String key : new TreeSet<>(map.keySet())) {
      require(
          KEY.matcher(key).matches(),
          field + "." + key,
          "keys have at most 63 characters of A-Z, a-z, 0-9, -, _ and ., after a domain and / where"
              + " there is one");
      require(
          !PodOptions.reserved(key),
          field + "." + key,
          "keys that begin with knowledgenetwork.dev/ or app.kubernetes.io/ are the operator's: use"
              + " another one");
    }
  }

  /** Violations unless the maintenance window, where there is one, can be read and is bounded. */
  public void maintenance(Maintenance maintenance) {
    MaintenanceWindow window = maintenance.window();
    if (window == null) {
      return;
    }
    Window.objection(window.schedule())
        .ifPresent(objection -> refuse("spec.maintenance.window.schedule", objection));
    require(
        Window.isDuration(window.duration()),
        "spec.maintenance.window.duration",
        "use a duration from 15m to 24h, for example 2h");
  }

  /** A violation unless names of children, Services among them, can be made from the name. */
  public void name(String name) {
    require(
        name.length() <= KnApi.NAME_LENGTH && NAME.matcher(name).matches(),
        "metadata.name",
        KnApi.NAME_MESSAGE);
  }
}
