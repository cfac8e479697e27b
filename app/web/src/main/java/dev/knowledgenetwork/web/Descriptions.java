package dev.knowledgenetwork.web;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** What all that OpenAPI says of requests and answers is made of. */
public final class Descriptions {

  private Descriptions() {}

  /** Adds the schemas of problems, which every operation may answer with. */
  public static void addProblems(Components components) {
    components.addSchema(
        "Problem",
        complete(
                schema(SchemaType.OBJECT)
                    .addProperty("type", text())
                    .addProperty("title", text())
                    .addProperty("status", schema(SchemaType.INTEGER).format("int32"))
                    .addProperty("instance", text()))
            .addProperty("detail", text())
            .addProperty("violations", schema(SchemaType.ARRAY).items(reference("Violation"))));
    components.addSchema(
        "Violation",
        complete(
            schema(SchemaType.OBJECT).addProperty("field", text()).addProperty("message", text())));
  }

  /** An operation that takes a bearer token. */
  public static Operation operation(String tag, String id, String summary) {
    return OASFactory.createOperation()
        .operationId(id)
        .summary(summary)
        .addTag(tag)
        .addSecurityRequirement(
            OASFactory.createSecurityRequirement().addScheme("bearer", List.of()));
  }

  /** Answers of an operation: this one, or a problem. */
  public static APIResponses answers(String status, APIResponse answer) {
    return OASFactory.createAPIResponses()
        .addAPIResponse(
            "default",
            answer(
                "A problem: see type and detail", ProblemDocument.MEDIA_TYPE, reference("Problem")))
        .addAPIResponse(status, answer);
  }

  /** An answer with a body. */
  public static APIResponse answer(String description, String mediaType, Schema schema) {
    return OASFactory.createAPIResponse()
        .description(description)
        .content(content(mediaType, schema));
  }

  static Content content(String mediaType, Schema schema) {
    return OASFactory.createContent()
        .addMediaType(mediaType, OASFactory.createMediaType().schema(schema));
  }

  /** A parameter in the query string, as yet of no type. */
  public static Parameter query(String name) {
    return OASFactory.createParameter().name(name).in(In.QUERY);
  }

  /** A header of the request. */
  public static Parameter header(String name) {
    return OASFactory.createParameter().name(name).in(In.HEADER).schema(text());
  }

  /** A schema by its name. */
  public static Schema reference(String name) {
    return OASFactory.createSchema().ref("#/components/schemas/" + name);
  }

  /** A schema of a type. */
  public static Schema schema(SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }

  /** An object that has all of its properties. */
  public static Schema complete(Schema object) {
    return object.required(List.copyOf(object.getProperties().keySet()));
  }

  /** The schema of strings. */
  public static Schema text() {
    return schema(SchemaType.STRING);
  }
}
