package dev.knowledgenetwork.operator.core.network.roles;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.network.ProfileState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What profiles stand for, by revision. A release with other sizes adds a revision and leaves the
 * earlier ones as they are: a network keeps the sizes that it was made with until its profile is
 * changed.
 *
 * @param revisions from revision 1 on; each has every profile
 */
public record SizeTable(List<Map<Profile, Sizes>> revisions) {

  private static final SizeTable RELEASED = new SizeTable(List.of(revision1()));

  public SizeTable {
    revisions = List.copyOf(revisions);
  }

  /** Of this version of the operator. */
  public static SizeTable released() {
    return RELEASED;
  }

  /**
   * Which sizes a network has: those that are recorded as long as its profile is the same, else the
   * newest.
   */
  public ProfileState resolve(Profile asked, @Nullable ProfileState recorded) {
    return recorded != null && recorded.name() == asked
        ? recorded
        : new ProfileState(asked, revisions.size());
  }

  /** The sizes; empty where a newer version of the operator recorded the revision. */
  public Optional<Sizes> find(ProfileState state) {
    return state.revision() >= 1 && state.revision() <= revisions.size()
        ? Optional.of(revisions.get(state.revision() - 1).get(state.name()))
        : Optional.empty();
  }

  private static Map<Profile, Sizes> revision1() {
    return Stream.of(Profile.values()).collect(toUnmodifiableMap(profile -> profile, Sizes::first));
  }
}
