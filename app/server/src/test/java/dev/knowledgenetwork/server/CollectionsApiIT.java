package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collections over HTTPS, and the documents in them. */
class CollectionsApiIT {

  private static final String COLLECTIONS = "/api/v1/collections";

  @TempDir private static Path directory;
  private static Platform platform;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    platform = new Platform(directory);
    assertThat(platform.migrate().exitCode()).isZero();
    server = platform.start("api").awaitReady();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static ApiClient writer(String tenant) {
    return new ApiClient(
        platform.http(), server, platform.issuer().token(tenant, "ann", "reader", "writer"));
  }

  private static String create(ApiClient client, String fields) {
    ApiClient.Answer answer = client.createAt(COLLECTIONS, "{" + fields + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().get("id").textValue();
  }

  private static String path(String id) {
    return COLLECTIONS + "/" + id;
  }

  private static String parent(String id) {
    return "\"parent\":\"" + id + "\"";
  }

  @Test
  void aCollectionLivesFromCreationToDeletion() {
    ApiClient client = writer("life");
    String top = create(client, "\"name\":\"cafe\u0301\"");
    String id = create(client, "\"name\":\"Plans\",\"order\":7," + parent(top));

    JsonNode read = client.get(path(id)).json();
    assertThat(read.get("name").textValue()).isEqualTo("Plans");
    assertThat(read.get("description").textValue()).isEmpty();
    assertThat(read.get("order").longValue()).isEqualTo(7);
    assertThat(read.get("parent").textValue()).isEqualTo(top);
    assertThat(client.get(path(top)).json().get("name").textValue()).isEqualTo("caf\u00e9");

    ApiClient.Answer moved =
        client.patchAt(path(id), "\"1\"", "{\"parent\":null,\"description\":\"all\"}");
    assertThat(moved.status()).as(moved.body()).isEqualTo(200);
    assertThat(moved.json().get("parent").isNull()).isTrue();

    assertThat(client.send("DELETE", path(id), null).status()).isEqualTo(204);
    assertThat(client.get(path(id)).status()).isEqualTo(404);
  }

  @Test
  void listsAreNarrowedToAParentAndOrdered() {
    ApiClient client = writer("lists");
    String top = create(client, "\"name\":\"top\"");
    List<String> ordered = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ordered.add(create(client, "\"name\":\"n\",\"order\":3," + parent(top)));
    }
    ordered.addFirst(create(client, "\"name\":\"n\",\"order\":2," + parent(top)));

    List<String> seen = new ArrayList<>();
    String list = COLLECTIONS + "?limit=2&sort=order&parent=" + top;
    String next = "";
    do {
      JsonNode page = client.get(list + next).json();
      page.get("items").forEach(item -> seen.add(item.get("id").textValue()));
      next = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").textValue();
    } while (!next.isEmpty());
    assertThat(seen).isEqualTo(ordered);
  }

  @Test
  void whatIsInNoneIsAListOfItsOwn() {
    ApiClient client = writer("roots");
    String first = create(client, "\"name\":\"first\",\"order\":2");
    String second = create(client, "\"name\":\"second\",\"order\":1");
    create(client, "\"name\":\"inner\"," + parent(first));
    client.create("{\"title\":\"filed\",\"collection\":\"" + first + "\"}");
    String loose = client.create("{\"title\":\"loose\"}").json().get("id").textValue();

    assertThat(ids(client, COLLECTIONS + "?parent=none")).containsExactly(second, first);
    JsonNode page = client.get(COLLECTIONS + "?parent=none&sort=order&limit=1").json();
    assertThat(page.at("/items/0/id").textValue()).isEqualTo(second);
    String cursor = "&cursor=" + page.get("next").textValue();
    assertThat(ids(client, COLLECTIONS + "?parent=none&sort=order&limit=1" + cursor))
        .containsExactly(first);
    assertThat(client.get(COLLECTIONS + "?sort=order&limit=1" + cursor).status()).isEqualTo(400);
    assertThat(ids(client, ApiClient.DOCUMENTS + "?collection=none")).containsExactly(loose);

    assertThat(client.get(COLLECTIONS + "?parent=None").json().get("detail").textValue())
        .isEqualTo("'parent' must be the id of one of the collections, or 'none'");
  }

  private static List<String> ids(ApiClient client, String list) {
    List<String> ids = new ArrayList<>();
    client.get(list).json().get("items").forEach(item -> ids.add(item.get("id").textValue()));
    return ids;
  }

  @Test
  void anOrderThatIsNoneAndACursorOfAnotherOrderAreRefused() {
    ApiClient client = writer("orders");
    create(client, "\"name\":\"one\"");
    create(client, "\"name\":\"two\"");

    ApiClient.Answer wrong = client.get(COLLECTIONS + "?sort=name");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.json().get("detail").textValue()).isEqualTo("'sort' must be 'order'");

    String byOrder = COLLECTIONS + "?limit=1&sort=order";
    String cursor = "&cursor=" + client.get(byOrder).json().get("next").textValue();
    assertThat(client.get(byOrder + cursor).status()).isEqualTo(200);
    ApiClient.Answer elsewhere = client.get(COLLECTIONS + "?limit=1" + cursor);
    assertThat(elsewhere.status()).isEqualTo(400);
    assertThat(elsewhere.json().get("type").textValue()).endsWith("/invalid-cursor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1000000001", "1.5", "\"7\"", "99999999999999999999", "[1]"})
  void anOrderIsAWholeNumberWithinItsBounds(String order) {
    assertViolation(
        writer("numbers").createAt(COLLECTIONS, "{\"name\":\"n\",\"order\":" + order + "}"),
        "order",
        "must be a whole number from 0 to 1000000000");
  }

  @Test
  void whatSomethingIsInIsNotDeleted() {
    ApiClient client = writer("use");
    String top = create(client, "\"name\":\"top\"");
    String child = create(client, "\"name\":\"child\"," + parent(top));
    String document =
        client
            .create("{\"title\":\"t\",\"collection\":\"" + child + "\"}")
            .json()
            .get("id")
            .textValue();

    assertInUse(client.send("DELETE", path(top), null), "collections");
    assertInUse(client.send("DELETE", path(child), null), "documents");

    assertThat(client.get(ApiClient.DOCUMENTS + "?collection=" + child).json().get("items"))
        .hasSize(1);
    assertThat(client.delete(document).status()).isEqualTo(204);
    assertThat(client.send("DELETE", path(child), null).status()).isEqualTo(204);
    assertThat(client.send("DELETE", path(top), null).status()).isEqualTo(204);
  }

  private static void assertInUse(ApiClient.Answer answer, String by) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(409);
    assertThat(answer.json().get("type").textValue()).endsWith("/in-use");
    assertThat(answer.json().get("detail").textValue())
        .isEqualTo("There are " + by + " that refer to it: move or delete them first");
  }

  @Test
  void aReferenceLeadsToWhatIsThereAndToNobodyElses() {
    ApiClient client = writer("references");
    String gone = create(client, "\"name\":\"gone\"");
    client.send("DELETE", path(gone), null);
    String foreign = create(writer("somebody-else"), "\"name\":\"theirs\"");

    for (String id : List.of(gone, foreign)) {
      assertViolation(
          client.createAt(COLLECTIONS, "{\"name\":\"n\"," + parent(id) + "}"),
          "parent",
          "must be the id of something that is there");
      assertViolation(
          client.create("{\"title\":\"t\",\"collection\":\"" + id + "\"}"),
          "collection",
          "must be the id of something that is there");
    }
  }

  @Test
  void noneIsItsOwnAncestor() {
    ApiClient client = writer("circles");
    String top = create(client, "\"name\":\"top\"");
    String middle = create(client, "\"name\":\"middle\"," + parent(top));
    String bottom = create(client, "\"name\":\"bottom\"," + parent(middle));

    for (String id : List.of(top, middle, bottom)) {
      assertViolation(
          client.patchAt(path(top), "\"1\"", "{" + parent(id) + "}"),
          "parent",
          "must not lead back to the resource itself");
    }
    assertThat(client.patchAt(path(bottom), "\"1\"", "{" + parent(top) + "}").status())
        .isEqualTo(200);
  }

  @Test
  void openApiDescribesOrderAndReferences() {
    JsonNode document = writer("described").get("/api/v1/openapi?format=json").json();
    JsonNode list = document.at("/paths/~1api~1v1~1collections/get/parameters");
    assertThat(list.findValuesAsText("name")).contains("sort", "parent");
    assertThat(list.findParents("enum").getFirst().get("enum").get(0).textValue())
        .isEqualTo("order");
    JsonNode parent = document.at("/components/schemas/Collection/properties/parent");
    assertThat(parent.get("format").textValue()).isEqualTo("uuid");
    assertThat(parent.get("type")).extracting(JsonNode::textValue).contains("string", "null");
  }

  private static void assertViolation(ApiClient.Answer answer, String field, String message) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    JsonNode violation = answer.json().get("violations").get(0);
    assertThat(violation.get("field").textValue()).isEqualTo(field);
    assertThat(violation.get("message").textValue()).isEqualTo(message);
  }
}
