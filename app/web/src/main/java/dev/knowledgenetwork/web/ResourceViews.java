package dev.knowledgenetwork.web;

import dev.knowledgenetwork.kernel.Aggregate;
import dev.knowledgenetwork.kernel.Field;
import dev.knowledgenetwork.kernel.Page;
import dev.knowledgenetwork.kernel.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resources as bodies show them: JSON objects. Times are ISO 8601 in UTC.
 *
 * @param aggregate their kind
 */
record ResourceViews(Aggregate aggregate) {

  /** All of a resource. */
  Map<String, @Nullable Object> one(Resource resource) {
    return view(resource, aggregate.fields());
  }

  /**
   * A page of a list.
   *
   * @param next cursor of the next page; null on the last one
   */
  Map<String, @Nullable Object> page(Page<Resource> page, @Nullable String next) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("items", page.items().stream().map(item -> view(item, aggregate.listed())).toList());
    view.put("next", next);
    return view;
  }

  private static Map<String, @Nullable Object> view(Resource resource, List<Field<?>> fields) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("id", resource.id().toString());
    fields.forEach(field -> view.put(field.name(), resource.values().plain(field)));
    view.put("author", resource.author());
    view.put("version", resource.version());
    view.put("createdAt", resource.createdAt().toString());
    view.put("updatedAt", resource.updatedAt().toString());
    return view;
  }
}
