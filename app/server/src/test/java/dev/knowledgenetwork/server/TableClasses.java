package dev.knowledgenetwork.server;

import dev.knowledgenetwork.kernel.Capability;
import dev.knowledgenetwork.sharding.TestShards;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.MatcherRule;
import org.jooq.meta.jaxb.MatcherTransformType;
import org.jooq.meta.jaxb.Matchers;
import org.jooq.meta.jaxb.MatchersTableType;
import org.jooq.meta.jaxb.Strategy;
import org.jooq.meta.jaxb.Target;

/**
 * The tables as classes of jOOQ, made from the migrations: each in the package {@code tables} of
 * the module with resources whose migration creates it. A module's migrations refer to tables of
 * others, so all are applied before any class is made.
 */
final class TableClasses {

  private static final Pattern CREATED = Pattern.compile("(?m)^create table (\\w+)");
  private static final String INFO =
      """
      /** Tables, generated from the migrations: docs/architecture.md says how. */
      @NullMarked
      package %s;

      import org.jspecify.annotations.NullMarked;
      """;

  private TableClasses() {}

  /** The tables that the migrations of a module create. */
  private record Source(String module, List<String> tables) {

    static Source of(Capability module) {
      return new Source(
          module.getClass().getPackageName(),
          module.migrations().stream()
              .flatMap(file -> CREATED.matcher(text("db/migration/" + file)).results())
              .map(created -> created.group(1))
              .toList());
    }

    private static String text(String resource) {
      try (InputStream in = TableClasses.class.getClassLoader().getResourceAsStream(resource)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Where the generator puts tables. */
    String packageName() {
      return module + ".tables";
    }

    Path folder() {
      return Path.of(packageName().replace('.', '/'));
    }

    Path committed() {
      String name = module.substring(module.lastIndexOf('.') + 1);
      return Path.of("..", name, "src", "main", "java").resolve(folder());
    }
  }

  private static List<Source> sources() {
    return Modules.all().stream()
        .filter(module -> !module.aggregates().isEmpty())
        .map(Source::of)
        .toList();
  }

  /** The sources that the migrations make, by their files. */
  static Map<Path, String> generate() {
    Map<Path, String> files = new TreeMap<>();
    try (TestShards shards = TestShards.startMigrated(1, Modules.migrations());
        Connection connection = shards.connect(0, "postgres")) {
      for (Source source : sources()) {
        Path target = Files.createTempDirectory("tables");
        GenerationTool tool = new GenerationTool();
        tool.setConnection(connection);
        tool.run(configuration(source, target));
        files.putAll(read(target.resolve(source.folder()), source.committed()));
        files.put(
            source.committed().resolve("package-info.java"), INFO.formatted(source.packageName()));
      }
      return files;
    } catch (Exception e) { // The tool declares no other type.
      throw new IllegalStateException("cannot make the classes of tables", e);
    }
  }

  /** The sources that are committed, by their files. */
  static Map<Path, String> committed() throws IOException {
    Map<Path, String> files = new TreeMap<>();
    for (Source source : sources()) {
      if (Files.isDirectory(source.committed())) {
        files.putAll(read(source.committed(), source.committed()));
      }
    }
    return files;
  }

  /** Writes sources over the committed ones. */
  static void write(Map<Path, String> files) throws IOException {
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  /** The files of a folder, as if they were in another one. */
  private static Map<Path, String> read(Path folder, Path as) throws IOException {
    Map<Path, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        files.put(as.resolve(path.getFileName()), Files.readString(path));
      }
    }
    return files;
  }

  private static Configuration configuration(Source source, Path target) {
    return new Configuration()
        .withGenerator(
            new Generator()
                .withStrategy(names())
                .withDatabase(
                    new Database()
                        .withName("org.jooq.meta.postgres.PostgresDatabase")
                        .withInputSchema("public")
                        .withOutputSchemaToDefault(true)
                        .withIncludes(String.join("|", source.tables()))
                        .withIncludeCheckConstraints(false)
                        .withIncludeForeignKeys(false)
                        .withIncludeUniqueKeys(false)
                        .withIncludeIndexes(false))
                .withGenerate(tablesOnly())
                .withTarget(
                    new Target()
                        .withPackageName(source.module())
                        .withDirectory(target.toString())));
  }

  /** {@code DocumentsTable.DOCUMENTS}: a capability may be called as its table is. */
  private static Strategy names() {
    return new Strategy()
        .withMatchers(
            new Matchers()
                .withTables(
                    new MatchersTableType()
                        .withTableClass(
                            new MatcherRule()
                                .withTransform(MatcherTransformType.PASCAL)
                                .withExpression("$0_table"))));
  }

  private static Generate tablesOnly() {
    return new Generate()
        .withDefaultCatalog(false)
        .withDefaultSchema(false)
        .withGlobalObjectReferences(false)
        .withRecords(false)
        .withRenameMethodOverrides(false)
        .withWhereMethodOverrides(false);
  }
}
