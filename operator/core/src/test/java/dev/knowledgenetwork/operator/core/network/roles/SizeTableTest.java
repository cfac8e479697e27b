package dev.knowledgenetwork.operator.core.network.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.crds.network.Profile;
import dev.knowledgenetwork.crds.network.ProfileState;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SizeTableTest {

  private static final ProfileState FIRST = new ProfileState(Profile.SMALL, 1);

  /** A later release whose profile Small is as large as Medium was. */
  private static final SizeTable LATER =
      new SizeTable(
          List.of(
              SizeTable.released().revisions().getFirst(),
              Map.of(
                  Profile.DEVELOPMENT, Sizes.first(Profile.DEVELOPMENT),
                  Profile.SMALL, Sizes.first(Profile.MEDIUM),
                  Profile.MEDIUM, Sizes.first(Profile.MEDIUM))));

  @Test
  void aNewNetworkGetsTheNewestSizes() {
    assertThat(LATER.resolve(Profile.SMALL, null)).isEqualTo(new ProfileState(Profile.SMALL, 2));
    assertThat(LATER.find(new ProfileState(Profile.SMALL, 2)))
        .contains(Sizes.first(Profile.MEDIUM));
  }

  @Test
  void whatWasMadeBeforeKeepsItsSizes() {
    assertThat(LATER.resolve(Profile.SMALL, FIRST)).isEqualTo(FIRST);
    assertThat(LATER.find(FIRST)).contains(Sizes.first(Profile.SMALL));
  }

  @Test
  void anotherProfileIsTakenInItsNewestRevision() {
    assertThat(LATER.resolve(Profile.MEDIUM, FIRST)).isEqualTo(new ProfileState(Profile.MEDIUM, 2));
  }

  @Test
  void aRevisionOfANewerOperatorIsNotKnown() {
    assertThat(SizeTable.released().find(new ProfileState(Profile.SMALL, 2))).isEmpty();
  }

  @Test
  void everyRevisionHasEveryProfile() {
    assertThat(SizeTable.released().revisions())
        .allSatisfy(
            sizes -> assertThat(sizes).containsOnlyKeys(Stream.of(Profile.values()).toList()));
  }
}
