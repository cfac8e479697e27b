package dev.knowledgenetwork.sharding;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * Migrations by name. A list, because directories on a class path cannot be listed with every class
 * loader.
 */
final class MigrationScripts implements ResourceProvider {
  static final String DIRECTORY = "db/migration";

  private final List<String> files;

  MigrationScripts(List<String> files) {
    this.files = List.copyOf(files);
  }

  @Override
  public @Nullable LoadableResource getResource(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    return files.contains(file) ? new Script(file) : null;
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return files.stream()
        .filter(file -> file.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(file::endsWith))
        .<LoadableResource>map(Script::new)
        .toList();
  }

  private static final class Script extends LoadableResource {
    private final String file;

    Script(String file) {
      this.file = file;
    }

    @Override
    public Reader read() {
      InputStream in =
          MigrationScripts.class.getClassLoader().getResourceAsStream(getAbsolutePath());
      if (in == null) {
        throw new IllegalStateException("migration is missing: " + file);
      }
      return new InputStreamReader(in, StandardCharsets.UTF_8);
    }

    @Override
    public String getAbsolutePath() {
      return DIRECTORY + "/" + file;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return getAbsolutePath();
    }

    @Override
    public String getFilename() {
      return file;
    }

    @Override
    public String getRelativePath() {
      return file;
    }
  }
}
