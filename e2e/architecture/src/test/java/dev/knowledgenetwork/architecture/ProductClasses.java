package dev.knowledgenetwork.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The product's classes, without tests and without what a framework generates. */
final class ProductClasses {

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("quarkus-app/"))
          .importPackages("dev.knowledgenetwork");

  private ProductClasses() {}

  static JavaClasses all() {
    return ALL;
  }
}
