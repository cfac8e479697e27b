package dev.knowledgenetwork.crds.generate;

import dev.knowledgenetwork.crds.cachetier.CacheTier;
import dev.knowledgenetwork.crds.network.KnowledgeNetwork;
import dev.knowledgenetwork.crds.shardset.ShardSet;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The CRDs as files: made from the types, compared with or written over the committed ones. */
public final class CrdFiles {

  private CrdFiles() {}

  /** Writes the CRDs into the folder given as the only argument. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : generate().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** File name to YAML, sorted by name. */
  static Map<String, String> generate() {
    try {
      Path folder = Files.createTempDirectory("crds");
      new CRDGenerator()
          .inOutputDir(folder.toFile())
          .forCRDVersions("v1")
          .withParallelGenerationEnabled(false)
          .withMinQuotes(false)
          .withPostProcessor(
              new SchemaFinish(List.of(ShardSet.class, CacheTier.class, KnowledgeNetwork.class)))
          .customResourceClasses(ShardSet.class, CacheTier.class, KnowledgeNetwork.class)
          .generate();
      return read(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** All YAML files of a folder. */
  static Map<String, String> read(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.newDirectoryStream(folder, "*.yml")) {
      for (Path path : paths) {
        files.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return files;
  }
}
