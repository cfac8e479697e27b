package dev.knowledgenetwork.operator.core.network.release;

import static java.util.Objects.requireNonNullElse;

import dev.knowledgenetwork.operator.core.kind.Children;
import dev.knowledgenetwork.operator.core.naming.Hash;
import dev.knowledgenetwork.operator.core.naming.Names;
import dev.knowledgenetwork.operator.core.network.blueprint.NetworkObjects;
import dev.knowledgenetwork.operator.core.network.blueprint.Release;
import dev.knowledgenetwork.operator.core.network.blueprint.Role;
import dev.knowledgenetwork.operator.core.network.roles.AppRecipes;
import dev.knowledgenetwork.operator.core.workload.Applied;
import dev.knowledgenetwork.operator.core.workload.Approval;
import dev.knowledgenetwork.operator.core.workload.Offer;
import dev.knowledgenetwork.operator.core.workload.Recipe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the application gets what this version of the operator would give it. Its roles and its
 * migration change together: a default image that is held is neither migrated nor run. What the
 * spec changes is applied at once, with the new image; what a dependency changes is applied at once
 * too, on the image that runs.
 *
 * @param image that is to run now
 * @param running what was last given to the workload
 * @param kept what was last given to each role; empty where the spec changed since, a role is
 *     missing, or not all are of one release
 */
public record AppUpdate(
    Offer offer, String image, Optional<Release> running, Map<Role, Recipe> kept) {

  private static final String PART = "the application";

  /**
   * Of what runs. Its image is that of a template, for an annotation may be anybody's.
   *
   * @param newest image that runs where the spec names none
   */
  public static AppUpdate of(
      AppRecipes recipes, Children children, String newest, Approval approval) {
    String wanted = requireNonNullElse(recipes.objects().network().getSpec().image(), newest);
    return Release.running(children)
        .map(running -> of(recipes, children, running, wanted, approval))
        .orElseGet(
            () ->
                new AppUpdate(
                    Offer.of(PART, "", "", false, approval), wanted, Optional.empty(), Map.of()));
  }

  private static AppUpdate of(
      AppRecipes recipes, Children children, Release running, String wanted, Approval approval) {
    Map<Role, Recipe> applied = applied(recipes, children, running);
    String image = image(applied).orElse(running.image());
    Map<Role, Recipe> next = recipes.of(running.with(wanted));
    String inputs = recipes.of(running).get(Role.API).inputs();
    boolean same = applied.values().stream().allMatch(recipe -> recipe.inputs().equals(inputs));
    boolean whole = applied.size() == next.size() && Release.isOne(children, running);
    Map<Role, Recipe> kept = same && whole ? applied : Map.of();
    boolean imageDiffers = !image.equals(wanted);
    boolean own =
        same
            && (imageDiffers
                || kept.entrySet().stream()
                    .anyMatch(of -> !of.getValue().id().equals(next.get(of.getKey()).id())));
    String what =
        imageDiffers ? "%s (image %s instead of %s)".formatted(PART, wanted, image) : PART;
    Offer offer = Offer.of(what, id(next), id(applied), own, approval);
    boolean begun = imageDiffers && isMigrating(recipes.objects(), children, running.with(wanted));
    return offer.isHeld() && !begun
        ? new AppUpdate(offer, image, Optional.of(running), kept)
        : new AppUpdate(offer.isHeld() ? offer.begun() : offer, wanted, Optional.of(running), kept);
  }

  private static String id(Map<Role, Recipe> next) {
    return Recipe.shortened(Hash.ofValue(next.values().stream().map(Recipe::shortId).toList()));
  }

  private static Optional<String> image(Map<Role, Recipe> applied) {
    return applied.values().stream()
        .findFirst()
        .map(recipe -> recipe.template().getSpec().getContainers().getFirst().getImage());
  }

  private static Map<Role, Recipe> applied(AppRecipes recipes, Children children, Release running) {
    NetworkObjects objects = recipes.objects();
    Map<String, String> files = children.files(Names.applicationSettings(objects.name()));
    Map<Role, Recipe> applied = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      children
          .find(Deployment.class, objects.name(role.text()))
          .map(live -> Applied.recipe(live, files, () -> recipes.of(running).get(role)))
          .ifPresent(recipe -> applied.put(role, recipe));
    }
    return applied;
  }

  /** A migration that has begun goes on, whatever the time. */
  private static boolean isMigrating(NetworkObjects objects, Children children, Release release) {
    String job = MigrationJob.of(objects, release).getMetadata().getName();
    return children.find(Job.class, job).isPresent();
  }

  /**
   * What the roles are given on a release. While an update is held, or migrates, those that run
   * keep all that they have.
   */
  public Map<Role, Recipe> on(Release release, AppRecipes recipes) {
    boolean runs = running.filter(release::equals).isPresent();
    boolean stays = offer.isHeld() || !release.image().equals(image);
    return runs && stays && !kept.isEmpty() ? kept : recipes.of(release);
  }
}
