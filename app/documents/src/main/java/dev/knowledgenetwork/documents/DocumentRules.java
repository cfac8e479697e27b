package dev.knowledgenetwork.documents;

import dev.knowledgenetwork.kernel.Change;
import dev.knowledgenetwork.kernel.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Limits of a document's fields. Pure; each check reports all violations, not the first. */
public final class DocumentRules {
  /** Longest title, in code points. */
  public static final int TITLE_LENGTH = 300;

  /** Largest content, in bytes of UTF-8. */
  public static final int CONTENT_BYTES = 1 << 20;

  /** Longest name of a collection, in code points. */
  public static final int COLLECTION_LENGTH = 100;

  /** Most tags of a document. */
  public static final int TAGS = 50;

  /** Longest tag, in code points. */
  public static final int TAG_LENGTH = 50;

  private static final String EMPTY = "must not be empty";

  private DocumentRules() {}

  /** What is wrong with a new document; empty if nothing is. Cost: linear in its size. */
  public static List<Violation> violations(CreateDocument command) {
    List<Violation> found = new ArrayList<>();
    title(command.title(), found);
    content(command.content(), found);
    if (command.collection() != null) {
      collection(command.collection(), found);
    }
    tags(command.tags(), found);
    return List.copyOf(found);
  }

  /** What is wrong with a patch; empty if nothing is. Cost: linear in its size. */
  public static List<Violation> violations(PatchDocument command) {
    List<Violation> found = new ArrayList<>();
    if (required("title", command.title(), found) instanceof Change.Replace<String>(var title)) {
      title(title, found);
    }
    if (required("content", command.content(), found) instanceof Change.Replace<String>(var text)) {
      content(text, found);
    }
    required("status", command.status(), found);
    if (command.collection() instanceof Change.Replace<String>(var collection)) {
      collection(collection, found);
    }
    if (required("tags", command.tags(), found) instanceof Change.Replace<List<String>>(var tags)) {
      tags(tags, found);
    }
    return List.copyOf(found);
  }

  private static <T> Change<T> required(String field, Change<T> change, List<Violation> found) {
    if (change instanceof Change.Clear) {
      found.add(new Violation(field, "must not be null"));
    }
    return change;
  }

  private static void title(String title, List<Violation> found) {
    if (title.isBlank()) {
      found.add(new Violation("title", EMPTY));
    }
    line("title", title, TITLE_LENGTH, found);
  }

  private static void content(String content, List<Violation> found) {
    // A character is 1 to 3 bytes of UTF-8, so most texts are judged without being encoded.
    if (content.length() > CONTENT_BYTES
        || content.length() > CONTENT_BYTES / 3
            && content.getBytes(StandardCharsets.UTF_8).length > CONTENT_BYTES) {
      found.add(new Violation("content", "must be at most " + CONTENT_BYTES + " bytes of UTF-8"));
    }
    storable("content", content, found);
  }

  private static void collection(String collection, List<Violation> found) {
    if (collection.isBlank()) {
      found.add(new Violation("collection", EMPTY));
    }
    line("collection", collection, COLLECTION_LENGTH, found);
  }

  private static void tags(List<String> tags, List<Violation> found) {
    if (tags.size() > TAGS) {
      found.add(new Violation("tags", "must have at most " + TAGS + " items"));
      return;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < tags.size(); i++) {
      String field = "tags[" + i + "]";
      String tag = tags.get(i);
      if (tag.isBlank()) {
        found.add(new Violation(field, EMPTY));
      } else if (!seen.add(tag)) {
        found.add(new Violation(field, "must not be given twice"));
      }
      line(field, tag, TAG_LENGTH, found);
    }
  }

  private static void line(String field, String value, int limit, List<Violation> found) {
    if (value.length() > limit && value.codePointCount(0, value.length()) > limit) {
      found.add(new Violation(field, "must be at most " + limit + " characters"));
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      found.add(new Violation(field, "must not contain control characters"));
    } else {
      storable(field, value, found);
    }
  }

  /** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
  private static void storable(String field, String value, List<Violation> found) {
    boolean storable = value.codePoints().noneMatch(c -> c == 0 || c >= 0xd800 && c <= 0xdfff);
    if (!storable) {
      found.add(new Violation(field, "must not contain U+0000 or unpaired surrogates"));
    }
  }
}
