package dev.knowledgenetwork.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.knowledgenetwork.topology.TopologyDocument.Endpoint;
import dev.knowledgenetwork.topology.TopologyDocument.Pooler;
import dev.knowledgenetwork.topology.TopologyDocument.Shard;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyDocumentTest {
  private static final String DOCUMENT =
      """
      {"clusterId":"c-1","epoch":1,"strategy":"Hash","key":"tenant_id","buckets":4,\
      "virtualNodes":150,"database":"kn","shards":[\
      {"name":"s0","primary":{"host":"kn-s0.demo.svc","port":5432},\
      "replicas":{"host":"kn-s0-ro.demo.svc","port":5432},\
      "pooler":{"host":"kn-pooler.demo.svc","port":6432,"database":"kn_s0"}}],\
      "assignment":[0,0,0,0]}""";

  @Test
  void itsJsonIsThePublishedForm() {
    TopologyDocument document =
        TopologyDocument.first("c-1", "tenant_id", 4, 150, "kn", List.of(shard("s0")));
    assertThat(document.toJson()).isEqualTo(DOCUMENT);
    assertThat(TopologyDocument.parse(DOCUMENT)).isEqualTo(document);
  }

  @Test
  void fieldsOfANewerOperatorArePassedOver() {
    String newer =
        DOCUMENT.replace("\"name\"", "\"weight\":3,\"name\"").replace("{\"c", "{\"x\":1,\"c");
    assertThat(TopologyDocument.parse(newer)).isEqualTo(TopologyDocument.parse(DOCUMENT));
  }

  @Test
  void theFirstDocumentPlacesBucketsByTheRing() {
    List<Shard> shards = List.of(shard("s0"), shard("s1"));
    TopologyDocument document = TopologyDocument.first("c", "tenant_id", 4096, 150, "kn", shards);
    assertThat(document.epoch()).isEqualTo(1);
    assertThat(document.assignment())
        .isEqualTo(new HashRing(List.of("s0", "s1"), 150).assign(new Buckets(4096)));
  }

  @Test
  void aBucketThatStaysKeepsItsEpochWhileTheTopologyGrows() {
    TopologyDocument first = TopologyDocument.parse(DOCUMENT);
    TopologyDocument second = first.next(List.of(shard("s1"), shard("s0")), List.of(1, 1, 1, 0));
    assertThat(second.toJson()).endsWith("\"assignment\":[1,1,1,0],\"epochs\":[1,1,1,2]}");
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.owner(0)).isEqualTo("s0");
    TopologyDocument third = second.next(List.of(shard("s0")), List.of(0, 0, 0, 0));
    assertThat(third.epochs()).containsExactly(1L, 1L, 1L, 3L);
    assertThat(TopologyDocument.parse(third.toJson())).isEqualTo(third);
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"epoch\":1      | \"epoch\":0          | epoch must be at least 1",
        "[0,0,0,0]        | [0,0,0]              | one assignment for each bucket",
        "[0,0,0,0]        | [0,0,0,1]            | assignment must be an index into shards",
        "[0,0,0,0]        | [0,0,0,0],\"epochs\":[1]       | one of epochs for each bucket",
        "[0,0,0,0]        | [0,0,0,0],\"epochs\":[1,1,1,2] | epochs must be 1 to epoch",
        "\"port\":6432    | \"port\":0           | port must be 1 to 65535",
        "\"c-1\"          | \"\"                 | clusterId must not be empty",
        "\"kn_s0\"        | null                 | pooler.database must not be empty",
        "\"epoch\":1,     |                      | epoch",
        "\"buckets\":4    | \"buckets\":\"four\" | buckets",
        "{\"clusterId\"   | {                    | not a topology document"
      })
  void aBrokenDocumentIsRefused(String part, String replacement, String message) {
    String broken = DOCUMENT.replace(part, replacement == null ? "" : replacement);
    assertThat(broken).isNotEqualTo(DOCUMENT);
    assertThatThrownBy(() -> TopologyDocument.parse(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void twoShardsOfOneNameAreRefused() {
    assertThatThrownBy(
            () ->
                new TopologyDocument(
                    "c",
                    1,
                    "Hash",
                    "k",
                    1,
                    1,
                    "kn",
                    List.of(shard("a"), shard("a")),
                    List.of(0),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("distinct");
  }

  private static Shard shard(String name) {
    return new Shard(
        name,
        new Endpoint("kn-" + name + ".demo.svc", 5432),
        new Endpoint("kn-" + name + "-ro.demo.svc", 5432),
        new Pooler("kn-pooler.demo.svc", 6432, "kn_" + name));
  }
}
