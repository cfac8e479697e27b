package dev.knowledgenetwork.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.cache.KeyChange.Kind;
import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Changes;
import dev.knowledgenetwork.kernel.CreateOutcome;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.FieldTypes;
import dev.knowledgenetwork.kernel.IdempotentRequest;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Representation;
import dev.knowledgenetwork.kernel.Resource;
import dev.knowledgenetwork.kernel.ResourceId;
import dev.knowledgenetwork.kernel.ResourceQuery;
import dev.knowledgenetwork.kernel.Resources;
import dev.knowledgenetwork.kernel.TenantId;
import dev.knowledgenetwork.kernel.Values;
import dev.knowledgenetwork.kernel.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CachedResourcesTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final ResourceId ID = new ResourceId(new UUID(7, 1));
  private static final Field<String> TITLE = Field.required("title", FieldTypes.line(100));
  private static final Changes RETITLED = Changes.NONE.with(TITLE, Change.to("new"));

  private final List<String> told = new ArrayList<>();
  private WriteOutcome<Resource> outcome = new WriteOutcome.NotFound<>();
  private CreateOutcome<Resource> created = new CreateOutcome.Unknown<>(ID);
  private final Resources resources =
      new CachedResources(new ScriptedResources(), new RecordingCache());

  @Test
  void aSingleReadAsksTheCacheWhichMayAskTheSource() {
    assertThat(resources.find(TENANT, ID)).contains(resource(3));
    assertThat(told).containsExactly("find", "load");
  }

  @Test
  void committedChangesAreToldWithTheirVersion() {
    outcome = new WriteOutcome.Updated<>(resource(2));
    resources.patch(TENANT, ID, 1, RETITLED);
    outcome = new WriteOutcome.Deleted<>(3);
    resources.delete(TENANT, ID, OptionalLong.empty());
    assertThat(told).containsExactly(changed(2, Kind.UPDATED), changed(3, Kind.DELETED));
  }

  @Test
  void aCreationIsNotToldForNobodyCanHaveACopy() {
    for (CreateOutcome<Resource> each :
        List.<CreateOutcome<Resource>>of(
            new CreateOutcome.Created<>(resource(1)), new CreateOutcome.Unknown<>(ID))) {
      created = each;
      assertThat(resources.create(TENANT, "author", Values.NONE)).isSameAs(each);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void aBodyIsMadeOnceForAllWhoReadTheCopyThatIsKept() {
    Representation kept = resources.show(TENANT, ID).orElseThrow();
    byte[] body = {1, 2, 3};

    assertThat(kept.body(resource -> body)).isSameAs(body);
    assertThat(kept.body(resource -> new byte[0])).isSameAs(body);
    assertThat(kept.version()).isEqualTo(3);
  }

  @Test
  void aChangeWithoutAKnownOutcomeMakesTheCacheForget() {
    outcome = new WriteOutcome.Unknown<>();
    changeInEveryWay();
    assertThat(told).hasSize(3).containsOnly("uncertain");
  }

  @Test
  void aRefusedWriteVoidsOnlyWhatIsOlderThanItShowedAndTellsNobody() {
    outcome = new WriteOutcome.VersionConflict<>(9);
    changeInEveryWay();
    assertThat(told).hasSize(3).containsOnly("seen 9");

    told.clear();
    outcome = new WriteOutcome.NotFound<>();
    changeInEveryWay();
    assertThat(told).hasSize(3).containsOnly("seen " + Long.MAX_VALUE);
  }

  private void changeInEveryWay() {
    resources.patch(TENANT, ID, 1, RETITLED);
    resources.patch(TENANT, ID, 1, Changes.NONE);
    resources.delete(TENANT, ID, OptionalLong.of(1));
  }

  @Test
  void anEmptyPatchThatChangedNothingIsNotTold() {
    outcome = new WriteOutcome.Updated<>(resource(3));
    resources.patch(TENANT, ID, 3, Changes.NONE);
    assertThat(told).isEmpty();
  }

  private static String changed(long version, Kind kind) {
    return TENANT + " " + ID + " " + version + " " + kind;
  }

  private static Resource resource(long version) {
    return new Resource(
        ID,
        TENANT,
        Values.NONE.with(TITLE, "title"),
        "author",
        version,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private final class RecordingCache implements ValueCache<Representation> {
    @Override
    public Optional<Representation> find(
        String tenant, String id, Supplier<Optional<Representation>> loader) {
      told.add("find");
      return loader.get();
    }

    @Override
    public Optional<Representation> findAtOnce(String tenant, String id) {
      told.add("find at once");
      return Optional.empty();
    }

    @Override
    public void changed(String tenant, String id, long version, Kind kind) {
      told.add(tenant + " " + id + " " + version + " " + kind);
    }

    @Override
    public void uncertain(String tenant, String id) {
      told.add("uncertain");
    }

    @Override
    public void seen(String tenant, String id, long version) {
      told.add("seen " + version);
    }
  }

  private final class ScriptedResources implements Resources {
    @Override
    public CreateOutcome<Resource> create(TenantId tenant, String author, Values values) {
      return created;
    }

    @Override
    public CreateOutcome<Resource> create(
        TenantId tenant, String author, Values values, IdempotentRequest<Resource> request) {
      return created;
    }

    @Override
    public Optional<Resource> find(TenantId tenant, ResourceId id) {
      told.add("load");
      return Optional.of(resource(3));
    }

    @Override
    public Page<Resource> list(ResourceQuery query) {
      return new Page<>(List.of(), Optional.empty());
    }

    @Override
    public WriteOutcome<Resource> patch(
        TenantId tenant, ResourceId id, long expected, Changes changes) {
      return outcome;
    }

    @Override
    public WriteOutcome<Resource> delete(TenantId tenant, ResourceId id, OptionalLong expected) {
      return outcome;
    }
  }
}
