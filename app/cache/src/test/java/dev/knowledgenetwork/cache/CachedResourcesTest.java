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
  void committedWritesAreToldWithTheirVersion() {
    created = new CreateOutcome.Created<>(resource(1));
    resources.create(TENANT, "author", Values.NONE);
    outcome = new WriteOutcome.Updated<>(resource(2));
    resources.patch(TENANT, ID, 1, RETITLED);
    outcome = new WriteOutcome.Deleted<>(3);
    resources.delete(TENANT, ID, OptionalLong.empty());
    assertThat(told)
        .containsExactly(
            changed(1, Kind.CREATED), changed(2, Kind.UPDATED), changed(3, Kind.DELETED));
  }

  @Test
  void aCreationWithoutAKnownOutcomeMakesTheCacheForget() {
    resources.create(TENANT, "author", Values.NONE);
    assertThat(told).containsExactly("uncertain");
  }

  @Test
  void whateverShowsThatACopyMayBeOldMakesTheCacheForget() {
    for (WriteOutcome<Resource> each :
        List.<WriteOutcome<Resource>>of(
            new WriteOutcome.Unknown<>(),
            new WriteOutcome.NotFound<>(),
            new WriteOutcome.VersionConflict<>(9))) {
      outcome = each;
      resources.patch(TENANT, ID, 1, RETITLED);
      resources.patch(TENANT, ID, 1, Changes.NONE);
      resources.delete(TENANT, ID, OptionalLong.of(1));
    }
    assertThat(told).hasSize(9).containsOnly("uncertain");
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

  private final class RecordingCache implements ValueCache<Resource> {
    @Override
    public Optional<Resource> find(String tenant, String id, Supplier<Optional<Resource>> loader) {
      told.add("find");
      return loader.get();
    }

    @Override
    public void changed(String tenant, String id, long version, Kind kind) {
      told.add(tenant + " " + id + " " + version + " " + kind);
    }

    @Override
    public void uncertain(String tenant, String id) {
      told.add("uncertain");
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
