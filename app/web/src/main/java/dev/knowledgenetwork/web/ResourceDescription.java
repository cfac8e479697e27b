package dev.knowledgenetwork.web;

import static dev.knowledgenetwork.web.Descriptions.answer;
import static dev.knowledgenetwork.web.Descriptions.answers;
import static dev.knowledgenetwork.web.Descriptions.content;
import static dev.knowledgenetwork.web.Descriptions.header;
import static dev.knowledgenetwork.web.Descriptions.query;
import static dev.knowledgenetwork.web.Descriptions.reference;
import static dev.knowledgenetwork.web.Descriptions.schema;
import static dev.knowledgenetwork.web.Descriptions.text;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Field.Presence;
import dev.knowledgenetwork.kernel.ResourceQuery;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * What OpenAPI says of a {@link ResourceEndpoint}: its annotations cannot, as they are the same for
 * all kinds.
 */
public final class ResourceDescription {

  private static final String ETAG = HttpHeaders.ETAG;

  private final Aggregate aggregate;
  private final ResourceSchemas schemas;
  private final String type;

  /** Describes a kind of resources. */
  public ResourceDescription(Aggregate aggregate) {
    this.aggregate = aggregate;
    this.schemas = new ResourceSchemas(aggregate);
    this.type = schemas.type();
  }

  /** Puts the description in place of what the document says of the paths. */
  public void addTo(OpenAPI document) {
    schemas.addTo(document.getComponents());
    document.addTag(OASFactory.createTag().name(plural()));
    String path = ResourceEndpoint.ROOT + aggregate.plural();
    document
        .getPaths()
        .addPathItem(path, OASFactory.createPathItem().GET(list()).POST(create()))
        .addPathItem(
            path + "/{id}", OASFactory.createPathItem().GET(get()).PATCH(patch()).DELETE(delete()));
  }

  private Operation create() {
    return operation("create" + type, "Create a " + aggregate.noun())
        .addParameter(
            header(IdempotencyKeys.HEADER)
                .description(
                    "Text, new for each request: the same request sent again within 24"
                        + " hours has no effect and gets the first answer. 409 while the first is"
                        + " being answered, 422 for another body")
                .schema(text().pattern(IdempotencyKeys.PATTERN)))
        .requestBody(body(MediaType.APPLICATION_JSON, "New" + type))
        .responses(
            answers(
                "201",
                json("Stored", type)
                    .addHeader(HttpHeaders.LOCATION, OASFactory.createHeader().schema(text()))
                    .addHeader(ETAG, OASFactory.createHeader().schema(text()))));
  }

  private Operation list() {
    Operation list =
        operation("list" + plural(), "List " + aggregate.plural() + ", newest first")
            .addParameter(
                query("limit")
                    .description("Most items of the page")
                    .schema(
                        schema(SchemaType.INTEGER)
                            .minimum(BigDecimal.ONE)
                            .maximum(BigDecimal.valueOf(ResourceQuery.MAXIMUM_LIMIT))
                            .defaultValue(20)))
            .addParameter(
                query("cursor")
                    .description("The 'next' of the page before, with the same filters and order")
                    .schema(text()));
    if (!aggregate.orders().isEmpty()) {
      Schema orders = text();
      aggregate.orders().forEach(field -> orders.addEnumeration(field.name()));
      list.addParameter(
          query("sort")
              .description(
                  "Ascending by this field, equal ones oldest first, in place of newest first")
              .schema(orders));
    }
    for (Field<?> filter : aggregate.filters()) {
      Schema schema = filter.isReference() ? idOrNone() : text();
      if (filter.type().bounds().get("enum") instanceof List<?> words) {
        schema.enumeration(List.copyOf(words));
      }
      Parameter parameter = query(filter.name());
      if (filter.isReference()) {
        parameter.description("An id, or '" + ListParameters.NONE + "' for those that have none");
      }
      list.addParameter(parameter.schema(schema));
    }
    return list.responses(answers("200", json("The page", type + "Page")));
  }

  private Operation get() {
    return operation("get" + type, "Get a " + aggregate.noun())
        .addParameter(id())
        .addParameter(header(HttpHeaders.IF_NONE_MATCH))
        .responses(
            answers("200", tagged("The " + aggregate.noun()))
                .addAPIResponse(
                    "304",
                    OASFactory.createAPIResponse().description("The client has this version")));
  }

  private Operation patch() {
    return operation("patch" + type, "Change fields of a " + aggregate.noun() + " (RFC 7396)")
        .description("Fields that are absent stay; null removes a value" + removed() + ".")
        .addParameter(id())
        .addParameter(
            header(HttpHeaders.IF_MATCH)
                .required(true)
                .description("Entity tag of the version that was read")
                .schema(text().pattern(EntityTags.ONE)))
        .requestBody(body(ResourceEndpoint.MERGE_PATCH, type + "Patch"))
        .responses(answers("200", tagged("The " + aggregate.noun() + " as it now is")));
  }

  private String removed() {
    String defaults =
        aggregate.fields().stream()
            .filter(field -> field.presence() instanceof Presence.Default)
            .map(Field::name)
            .collect(Collectors.joining(", "));
    return defaults.isEmpty() ? "" : ", which gives " + defaults + " the default";
  }

  private Operation delete() {
    return operation("delete" + type, "Delete a " + aggregate.noun())
        .addParameter(id())
        .addParameter(
            header(HttpHeaders.IF_MATCH)
                .description("Entity tag of the one version to delete; * for any")
                .schema(
                    OASFactory.createSchema()
                        .addAnyOf(text().addEnumeration(EntityTags.ANY))
                        .addAnyOf(text().pattern(EntityTags.ONE))))
        .responses(answers("204", OASFactory.createAPIResponse().description("Deleted")));
  }

  private String plural() {
    return Character.toUpperCase(aggregate.plural().charAt(0)) + aggregate.plural().substring(1);
  }

  private Operation operation(String id, String summary) {
    return Descriptions.operation(plural(), id, summary);
  }

  private static Schema idOrNone() {
    return OASFactory.createSchema()
        .addAnyOf(text().format("uuid"))
        .addAnyOf(text().addEnumeration(ListParameters.NONE));
  }

  private static Parameter id() {
    return OASFactory.createParameter()
        .name("id")
        .in(In.PATH)
        .required(true)
        .schema(text().format("uuid"));
  }

  private static RequestBody body(String mediaType, String schema) {
    return OASFactory.createRequestBody()
        .required(true)
        .content(content(mediaType, reference(schema)));
  }

  private static APIResponse json(String description, String schema) {
    return answer(description, MediaType.APPLICATION_JSON, reference(schema));
  }

  private APIResponse tagged(String description) {
    return json(description, type).addHeader(ETAG, OASFactory.createHeader().schema(text()));
  }
}
