package dev.knowledgenetwork.operator.core.trial;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.operation.Hold;
import dev.knowledgenetwork.operator.core.operation.Knob;
import dev.knowledgenetwork.operator.core.operation.Step;
import dev.knowledgenetwork.operator.core.operation.Turn;
import dev.knowledgenetwork.operator.core.plan.Problem;
import dev.knowledgenetwork.operator.core.plan.StandardReason;
import dev.knowledgenetwork.operator.core.plan.Target;
import dev.knowledgenetwork.operator.core.workload.PodObstacle;
import dev.knowledgenetwork.operator.core.workload.Pods;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;

/**
 * A recipe on its way to a workload. It is tried in a throw-away instance, a Job, while the
 * workload keeps what it has; what does not start there goes no further.
 *
 * @param target the part that is to get it
 * @param workload metadata as that of the workload, with labels that no Service or policy selects;
 *     its ConfigMap of the same name has the files that pods mount
 * @param pods what pods of the object have in common
 * @param recipe what is tried
 * @param applied what the workload has: only what is asked for beyond it needs to be free
 * @param claims volumes that claim templates of the workload would bring
 */
public record Trial(
    Target target,
    ObjectMeta workload,
    Pods pods,
    Recipe recipe,
    Recipe applied,
    List<String> claims) {

  /** Keeps the recipe of a workload as it is. */
  public static final Knob<Recipe> RECIPE =
      new Knob<>("recipe", Recipe.class, (first, second) -> first);

  private static final String KEY = "recipe";

  /** Copies the claims. */
  public Trial {
    claims = List.copyOf(claims);
  }

  /**
   * The turn of an operation that tries.
   *
   * @param step in which it stays meanwhile
   * @param then the step after one that went well
   */
  public Turn next(Step step, Step then, Children children) {
    Hold<Recipe> held = held(target, applied);
    Verdict verdict = Verdict.of(children.find(Job.class, job()), children.podsOf(job()));
    if (verdict instanceof Verdict.Started) {
      return Turn.at(
              then, "A throw-away instance has started; %s is next.".formatted(target.part()))
          .holding(held);
    }
    Turn turn = Turn.at(step, doing(verdict, children)).holding(held);
    for (HasMetadata object : TrialJob.of(this)) {
      turn = turn.with(object);
    }
    return verdict instanceof Verdict.Refused(String reason)
        ? turn.meeting(new Problem.Stuck(StandardReason.TRIAL_FAILED, failed(reason)))
        : turn;
  }

  /** That a workload keeps what it has. */
  public static Hold<Recipe> held(Target target, Recipe applied) {
    return new Hold<>(RECIPE, target, applied);
  }

  /** A step that goes on with one recipe, after its trial. */
  public static Step step(String name, Recipe recipe) {
    return Step.of(name).with(KEY, recipe.id());
  }

  /** Whether a step goes on with that recipe, and not with one that was wanted before. */
  public static boolean isOf(Step step, Recipe recipe) {
    return step.get(KEY).filter(recipe.id()::equals).isPresent();
  }

  /** Name of the Job; another recipe, another Job. */
  String job() {
    return prefix(workload.getName()) + Recipe.shortened(recipe.id());
  }

  /** Whether a Job is a trial for the workload of that name. */
  public static boolean isOf(String workload, String job) {
    return job.startsWith(prefix(workload));
  }

  private static String prefix(String workload) {
    return workload + "-try-";
  }

  private String doing(Verdict verdict, Children children) {
    return verdict instanceof Verdict.Refused
        ? "The change does not start in a throw-away instance (Job %s); it goes no further."
            .formatted(job())
        : "A throw-away instance (Job %s) tries the change first.".formatted(job())
            + PodObstacle.after(children.podsOf(job()));
  }

  private String failed(String reason) {
    return ("The change does not start, so %1$s keeps what it has: %2$s. Correct the spec, or have"
            + " the same tried again: kubectl -n %3$s delete job %4$s; for more: kubectl -n %3$s"
            + " logs job/%4$s.")
        .formatted(target.part(), reason, target.namespace(), job());
  }
}
