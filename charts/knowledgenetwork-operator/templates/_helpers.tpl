{{/* The pods' name label; selectors and network policies of operands rely on it. */}}
{{- define "kn.selector" -}}
app.kubernetes.io/name: knowledgenetwork-operator
{{- end }}

{{- define "kn.labels" -}}
{{ include "kn.selector" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: knowledge-network
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* An image of .Values.images, or a failure that names the value to set. */}}
{{- define "kn.image" -}}
{{- $reference := index .root.Values.images .name -}}
{{- required (printf "images.%s is not set: give the reference of the image, for example --set images.%s=registry.example.org/kn/%s:0.1.0" .name .name .name) $reference -}}
{{- end }}
