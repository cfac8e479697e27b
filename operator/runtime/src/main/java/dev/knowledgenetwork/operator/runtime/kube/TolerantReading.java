package dev.knowledgenetwork.operator.runtime.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.knowledgenetwork.crds.common.KnObject;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;

/**
 * How the operator's client reads objects. The definition of a kind may be newer than the operator,
 * and an object may then hold what these types have no word for. Such an object is marked as
 * unreadable ({@link KnObject}) and the list that it stands in is read on. Without that, the whole
 * list fails, and no object of the kind is reconciled any more (decision 013). Fields that are not
 * known at all are passed over, as everywhere in Kubernetes.
 */
public final class TolerantReading extends SimpleModule {

  private static final long serialVersionUID = 1L;

  private TolerantReading() {
    setDeserializerModifier(
        new BeanDeserializerModifier() {
          private static final long serialVersionUID = 1L;

          @Override
          public JsonDeserializer<?> modifyDeserializer(
              DeserializationConfig config, BeanDescription type, JsonDeserializer<?> strict) {
            return KnObject.class.isAssignableFrom(type.getBeanClass())
                ? new Tolerant(strict)
                : strict;
          }
        });
    setMixInAnnotation(Quantity.class, AsAmount.class);
  }

  /** What the operator's client is built with. */
  public static KubernetesSerialization serialization() {
    ObjectMapper json = new ObjectMapper();
    json.registerModule(new TolerantReading());
    // Rather not understood than misunderstood: 1 for the second constant, 2.5 for 2.
    json.enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
    json.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
    return new KubernetesSerialization(json, true);
  }

  private static final class Tolerant extends DelegatingDeserializer {

    private static final long serialVersionUID = 1L;

    /** What else is kept of an object that is not understood. */
    private static final List<String> SAID = List.of("observedGeneration", "conditions");

    Tolerant(JsonDeserializer<?> strict) {
      super(strict);
    }

    @Override
    protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> strict) {
      return new Tolerant(strict);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode whole = context.readTree(parser);
      context.setAttribute(Tolerant.class, true);
      try {
        return strictly(whole, parser, context);
      } catch (JsonProcessingException newer) {
        KnObject<?, ?> object = known(whole, parser, context);
        object.setUnreadable(Unknown.of(newer, whole).text());
        return object;
      } finally {
        context.setAttribute(Tolerant.class, null);
      }
    }

    /** Metadata, and conditions where these are understood. */
    private KnObject<?, ?> known(JsonNode whole, JsonParser parser, DeserializationContext context)
        throws IOException {
      ObjectNode bare = JsonNodeFactory.instance.objectNode();
      bare.set("metadata", whole.get("metadata"));
      ObjectNode told = bare.deepCopy();
      if (whole.path("status") instanceof ObjectNode status) {
        told.set("status", status.deepCopy().retain(SAID));
      }
      try {
        return (KnObject<?, ?>) strictly(told, parser, context);
      } catch (JsonProcessingException newerToo) {
        return (KnObject<?, ?>) strictly(bare, parser, context);
      }
    }

    private Object strictly(JsonNode tree, JsonParser parser, DeserializationContext context)
        throws IOException {
      try (JsonParser again = tree.traverse(parser.getCodec())) {
        again.nextToken();
        return super.deserialize(again, context);
      }
    }
  }

  /**
   * The first field that is not understood.
   *
   * @param value as it stands there; missing where it is a list or an object
   */
  private record Unknown(String field, JsonNode value) {

    private static final int LONGEST = 63;

    static Unknown of(JsonProcessingException failure, JsonNode whole) {
      StringBuilder field = new StringBuilder();
      JsonNode value = whole;
      if (failure instanceof JsonMappingException mapping) {
        for (JsonMappingException.Reference step : mapping.getPath()) {
          String name = step.getFieldName();
          if (name == null) {
            field.append('[').append(step.getIndex()).append(']');
            value = value.path(step.getIndex());
          } else {
            field.append(field.isEmpty() ? "" : ".").append(name);
            value = value.path(name);
          }
        }
      }
      return new Unknown(field.toString(), value);
    }

    String text() {
      String text = value.isValueNode() ? value.asText() : "";
      return text.isEmpty() || text.length() > LONGEST ? field : field + ": " + text;
    }
  }

  /** Makes quantities be read as amounts where our objects hold them. */
  @JsonDeserialize(using = Amount.class)
  private interface AsAmount {}

  /** The client's types take any text for a quantity, and fail when they are asked how much. */
  static final class Amount extends Quantity.Deserializer {

    @Override
    public Quantity deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      Quantity quantity = super.deserialize(parser, context);
      if (context.getAttribute(Tolerant.class) != null) {
        quantity.getNumericalAmount();
      }
      return quantity;
    }
  }
}
