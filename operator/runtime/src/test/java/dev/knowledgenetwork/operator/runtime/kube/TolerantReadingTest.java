package dev.knowledgenetwork.operator.runtime.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.knowledgenetwork.crds.cachetier.CacheEngine;
import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.common.KnObject;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a newer definition lets in, and these types have no word for. */
class TolerantReadingTest {

  private final KubernetesSerialization json = TolerantReading.serialization();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "KnowledgeNetwork | {'spec':{'profile':'Huge'}} | spec.profile: Huge",
        "KnowledgeNetwork | {'spec':{'profile':1}} | spec.profile: 1",
        "KnowledgeNetwork | {'spec':{'security':{'auth':{'mode':'Saml'}}}}"
            + " | spec.security.auth.mode: Saml",
        "KnowledgeNetwork | {'spec':{'api':{'service':{'type':'Mesh'}}}}"
            + " | spec.api.service.type: Mesh",
        "KnowledgeNetwork | {'spec':{'shardSet':'kn'}} | spec.shardSet: kn",
        "KnowledgeNetwork | {'spec':{'env':[{'name':'A'},{'name':{'of':'B'}}]}} | spec.env[1].name",
        "KnowledgeNetwork | {'spec':{'api':{'resources':{'limits':{'cpu':'many'}}}}}"
            + " | spec.api.resources.limits.cpu: many",
        "KnowledgeNetwork | {'status':{'profile':{'name':'Huge','revision':1}}}"
            + " | status.profile.name: Huge",
        "ShardSet | {'spec':{'sharding':{'strategy':'Range'}}} | spec.sharding.strategy: Range",
        "ShardSet | {'spec':{'sharding':{'shards':99999999999}}}"
            + " | spec.sharding.shards: 99999999999",
        "ShardSet | {'spec':{'instances':2.5}} | spec.instances: 2.5",
        "ShardSet | {'spec':{'instances':'three'}} | spec.instances: three",
        "ShardSet | {'spec':{'instances':{'least':1}}} | spec.instances",
        "ShardSet | {'spec':{'deletionPolicy':'Archive'}} | spec.deletionPolicy: Archive",
        "ShardSet | {'spec':{'storage':{'size':'5 GB'}}} | spec.storage.size: 5 GB",
        "ShardSet | {'spec':{'storage':[]}} | spec.storage",
        "ShardSet | {'spec':'none'} | spec: none",
        "ShardSet | {'status':{'shards':[{'name':'s0','members':[{'name':'a','role':'Witness'}]}]}}"
            + " | status.shards[0].members[0].role: Witness",
        "ShardSet | {'status':{'operations':[{'type':'Move','target':'s0','phase':'Paused'}]}}"
            + " | status.operations[0].phase: Paused",
        "CacheTier | {'spec':{'l2':{'engine':'Dragonfly'}}} | spec.l2.engine: Dragonfly",
        "CacheTier | {'spec':{'l2':{'memory':''}}} | spec.l2.memory",
        "CacheTier | {'spec':{'dataClasses':{'document':{'tiers':['L1','L9']}}}}"
            + " | spec.dataClasses.document.tiers[1]: L9",
        "CacheTier | {'status':{'conditions':[{'type':'Ready','status':'Perhaps'}]}}"
            + " | status.conditions[0].status: Perhaps"
      })
  void whatIsNotUnderstoodMarksItsObjectAndNoOther(String kind, String content, String field) {
    List<? extends KnObject<?, ?>> items =
        list(kind, object(kind, "{}"), object(kind, content), object(kind, "{}"));
    assertThat(items).extracting(KnObject::getUnreadable).containsExactly(null, field, null);
    KnObject<?, ?> odd = items.get(1);
    assertThat(odd.getSpec()).isNull();
    assertThat(odd.getMetadata().getName()).isEqualTo("kn");
    assertThat(odd.getMetadata().getFinalizers()).containsExactly("x");
    assertThat(items.getLast().getSpec()).isNotNull();
  }

  @Test
  void conditionsAreKeptOfAnObjectThatIsNotUnderstood() {
    ShardSet odd =
        json.unmarshal(
            object(
                "ShardSet",
                "{'spec':{'instances':'three'},'status':{'observedGeneration':7,'instances':'x',"
                    + "'conditions':[{'type':'Ready','status':'True','reason':'Ready',"
                    + "'lastTransitionTime':'2026-01-01T00:00:00Z'}]}}"),
            ShardSet.class);
    assertThat(odd.getStatus().observedGeneration()).isEqualTo(7);
    assertThat(odd.getStatus().conditions()).singleElement().matches(c -> c.type().equals("Ready"));
    assertThat(odd.getStatus().instances()).isNull();
  }

  @Test
  void aCopyIsAsUnreadableAsWhatItIsACopyOf() {
    ShardSet odd =
        json.unmarshal(object("ShardSet", "{'spec':{'instances':'three'}}"), ShardSet.class);
    ShardSet copy = json.clone(odd);
    assertThat(KnObject.unreadable(copy)).contains("spec.instances: three");
    assertThat(copy.getSpec()).isNull();
    ShardSet plain = new ObjectMapper().convertValue(odd, ShardSet.class);
    assertThat(KnObject.unreadable(plain)).contains("spec.instances: three");
    assertThat(plain.getSpec()).isNull();
  }

  @Test
  void anEventOfAWatchIsReadLikeAList() {
    json.registerKubernetesResource(KnowledgeNetwork.class);
    WatchEvent event =
        json.unmarshal(
            "{\"type\":\"MODIFIED\",\"object\":%s}"
                .formatted(object("KnowledgeNetwork", "{'spec':{'profile':'Huge'}}")),
            WatchEvent.class);
    assertThat(KnObject.unreadable((KnowledgeNetwork) event.getObject()))
        .contains("spec.profile: Huge");
  }

  @Test
  void fieldsThatAreNotKnownAreNoReasonToLeaveAnObjectAlone() {
    CacheTier tier =
        json.unmarshal(
            object(
                "CacheTier",
                "{'spec':{'l9':{'a':1},'l2':{'shards':3}},'status':{'hits':[1]},'more':true}"),
            CacheTier.class);
    assertThat(KnObject.unreadable(tier)).isEmpty();
    assertThat(tier.getSpec().l2().engine()).isEqualTo(CacheEngine.VALKEY);
  }

  @Test
  void aLongValueIsNotRepeated() {
    assertThat(
            list("ShardSet", object("ShardSet", "{'spec':'" + "x".repeat(64) + "'}"))
                .getFirst()
                .getUnreadable())
        .isEqualTo("spec");
  }

  @Test
  void objectsOfOtherKindsAreReadAsEver() {
    PersistentVolumeClaim claim =
        json.unmarshal(
            "{\"kind\":\"PersistentVolumeClaim\",\"apiVersion\":\"v1\",\"status\":{\"capacity\":"
                + "{\"storage\":\"odd\"}}}",
            PersistentVolumeClaim.class);
    assertThat(claim.getStatus().getCapacity()).containsKey("storage");
    assertThat(KnObject.unreadable(claim)).isEmpty();
  }

  private List<? extends KnObject<?, ?>> list(String kind, String... objects) {
    String text = "{\"kind\":\"List\",\"items\":[%s]}".formatted(String.join(",", objects));
    return switch (kind) {
      case "ShardSet" ->
          list(text, new TypeReference<DefaultKubernetesResourceList<ShardSet>>() {});
      case "CacheTier" ->
          list(text, new TypeReference<DefaultKubernetesResourceList<CacheTier>>() {});
      default ->
          list(text, new TypeReference<DefaultKubernetesResourceList<KnowledgeNetwork>>() {});
    };
  }

  private <T extends KnObject<?, ?>> List<T> list(
      String text, TypeReference<DefaultKubernetesResourceList<T>> type) {
    return json.unmarshal(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), type)
        .getItems();
  }

  private static String object(String kind, String content) {
    String head =
        "{'apiVersion':'knowledgenetwork.dev/v1alpha1','kind':'%s','metadata':{'name':'kn',"
            + "'namespace':'demo','finalizers':['x']}";
    return (head.formatted(kind) + (content.equals("{}") ? "}" : "," + content.substring(1)))
        .replace('\'', '"');
  }
}
