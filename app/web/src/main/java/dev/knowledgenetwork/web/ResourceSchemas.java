package dev.knowledgenetwork.web;

import static dev.knowledgenetwork.web.Descriptions.reference;
import static dev.knowledgenetwork.web.Descriptions.schema;
import static dev.knowledgenetwork.web.Descriptions.text;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Field.Presence;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * The schemas of one kind of resources: {@code Document}, {@code DocumentSummary}, {@code
 * DocumentPage}, {@code NewDocument}, {@code DocumentPatch}, and one for each field of few words.
 *
 * @param aggregate the kind
 */
record ResourceSchemas(Aggregate aggregate) {

  private static final String WORDS = "enum";

  /** Its name as a type. */
  String type() {
    return capital(aggregate.noun());
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  void addTo(Components components) {
    Descriptions.addProblems(components);
    components.addSchema(type(), view(aggregate.fields(), true));
    components.addSchema(type() + "Summary", view(aggregate.listed(), false));
    components.addSchema(type() + "Page", page());
    components.addSchema("New" + type(), body(true));
    components.addSchema(type() + "Patch", body(false));
    for (Field<?> field : aggregate.fields()) {
      if (field.type().bounds().get(WORDS) instanceof List<?> words) {
        components.addSchema(wordsOf(field), text().enumeration(List.copyOf(words)));
      }
    }
  }

  private String wordsOf(Field<?> field) {
    return type() + capital(field.name());
  }

  private Schema view(List<Field<?>> fields, boolean whole) {
    Schema view = schema(SchemaType.OBJECT);
    view.addProperty("id", text().format("uuid"));
    fields.forEach(field -> view.addProperty(field.name(), nullable(field)));
    view.addProperty("author", text());
    Schema version = schema(SchemaType.INTEGER).format("int64");
    view.addProperty(
        "version",
        whole
            ? version.description("Grows with each change; the entity tag is this number in quotes")
            : version);
    view.addProperty("createdAt", text().format("date-time"));
    view.addProperty("updatedAt", text().format("date-time"));
    return Descriptions.complete(view);
  }

  private Schema page() {
    return Descriptions.complete(
        schema(SchemaType.OBJECT)
            .addProperty("items", schema(SchemaType.ARRAY).items(reference(type() + "Summary")))
            .addProperty(
                "next",
                text()
                    .addType(SchemaType.NULL)
                    .description("Cursor of the next page; null on the last one")));
  }

  private Schema body(boolean whole) {
    Schema body = schema(SchemaType.OBJECT).additionalPropertiesBoolean(false);
    for (Field<?> field : aggregate.fields()) {
      body.addProperty(field.name(), input(field, whole));
      if (whole && field.presence() instanceof Presence.Required) {
        body.addRequired(field.name());
      }
    }
    return body;
  }

  private Schema input(Field<?> field, boolean whole) {
    Schema input =
        field.presence() instanceof Presence.Required ? value(field) : orNull(value(field));
    field.type().bounds().forEach((name, bound) -> bound(input, name, bound));
    if (whole) {
      addDefault(input, field);
    }
    return input;
  }

  private static <V> void addDefault(Schema input, Field<V> field) {
    if (field.presence() instanceof Presence.Default<V>(V value)
        && !(field.type().plain(value) instanceof List)) {
      input.defaultValue(field.type().plain(value));
    }
  }

  private static void bound(Schema schema, String name, Object bound) {
    switch (name) {
      case "minLength" -> schema.minLength((Integer) bound);
      case "maxLength" -> schema.maxLength((Integer) bound);
      case "maxItems" -> schema.maxItems((Integer) bound);
      case "uniqueItems" -> schema.uniqueItems((Boolean) bound);
      case "pattern" -> schema.pattern((String) bound);
      case "items" ->
          ((Map<?, ?>) bound).forEach((word, of) -> bound(schema.getItems(), (String) word, of));
      case "minimum" -> schema.minimum(BigDecimal.valueOf((Long) bound));
      case "maximum" -> schema.maximum(BigDecimal.valueOf((Long) bound));
      default -> {} // Few words have a schema of their own.
    }
  }

  private Schema nullable(Field<?> field) {
    return field.mayBeEmpty() ? orNull(value(field)) : value(field);
  }

  private static Schema orNull(Schema schema) {
    return schema.getRef() == null
        ? schema.addType(SchemaType.NULL)
        : OASFactory.createSchema().addAnyOf(schema).addAnyOf(schema(SchemaType.NULL));
  }

  private Schema value(Field<?> field) {
    if (field.type().bounds().containsKey(WORDS)) {
      return reference(wordsOf(field));
    }
    return switch (field.type().shape()) {
      case TEXT -> text();
      case TEXTS -> schema(SchemaType.ARRAY).items(text());
      case NUMBER -> schema(SchemaType.INTEGER).format("int64");
      case ID -> text().format("uuid");
    };
  }
}
