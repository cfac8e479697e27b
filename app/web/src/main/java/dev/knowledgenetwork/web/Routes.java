package dev.knowledgenetwork.web;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a process serves, read from the annotations of JAX-RS: for refusals that say what would have
 * been right.
 */
public final class Routes {

  /** A method at a path. */
  private record Route(Pattern path, String method, List<String> consumes, List<String> produces) {}

  private final Set<String> roots;
  private final List<Route> routes;

  private Routes(Set<String> roots, List<Route> routes) {
    this.roots = roots;
    this.routes = routes;
  }

  /** The routes of classes with a path. */
  public static Routes of(List<Class<?>> endpoints) {
    return new Routes(
        endpoints.stream().map(Routes::root).collect(Collectors.toUnmodifiableSet()),
        endpoints.stream().flatMap(Routes::routes).toList());
  }

  private static String root(Class<?> endpoint) {
    return endpoint.getAnnotation(Path.class).value();
  }

  private static Stream<Route> routes(Class<?> endpoint) {
    return Arrays.stream(endpoint.getMethods())
        .flatMap(
            method ->
                Arrays.stream(method.getAnnotations())
                    .map(Annotation::annotationType)
                    .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                    .map(type -> route(endpoint, method, type.getAnnotation(HttpMethod.class))));
  }

  private static Route route(Class<?> endpoint, Method method, HttpMethod name) {
    Path below = method.getAnnotation(Path.class);
    String template = root(endpoint) + (below == null ? "" : "/" + below.value());
    String path =
        Arrays.stream(template.split("/"))
            .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
            .collect(Collectors.joining("/"));
    Consumes consumes = method.getAnnotation(Consumes.class);
    Produces produces = method.getAnnotation(Produces.class);
    return new Route(
        Pattern.compile(path + "/?"),
        name.value(),
        consumes == null ? List.of() : List.of(consumes.value()),
        produces == null ? List.of() : List.of(produces.value()));
  }

  /** Whether a path is one of its endpoints, or below one. */
  public boolean contain(String path) {
    return roots.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
  }

  /** Whether there is any method at a path. */
  public boolean answer(String path) {
    return at(path).findAny().isPresent();
  }

  /** The methods that a path has, in alphabetical order. */
  public Set<String> methods(String path) {
    Set<String> methods =
        at(path).map(Route::method).collect(Collectors.toCollection(TreeSet::new));
    if (methods.contains(HttpMethod.GET)) {
      methods.add(HttpMethod.HEAD);
    }
    methods.add(HttpMethod.OPTIONS);
    return methods;
  }

  /** What the body of a request may be. */
  List<String> consumed(String path, String method) {
    return at(path, method).flatMap(route -> route.consumes().stream()).toList();
  }

  /** What the body of an answer may be. */
  List<String> produced(String path, String method) {
    return at(path, method).flatMap(route -> route.produces().stream()).toList();
  }

  private Stream<Route> at(String path, String method) {
    String served = method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
    return at(path).filter(route -> route.method().equals(served));
  }

  private Stream<Route> at(String path) {
    return routes.stream().filter(route -> route.path().matcher(path).matches());
  }
}
