# As much of nixpkgs' lib as services.shoal uses, so that wrong names, types and defaults are seen without nixpkgs.
let
  inherit (builtins)
    all
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    head
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    length
    listToAttrs
    mapAttrs
    removeAttrs
    substring
    stringLength
    ;
  nameValue = name: value: { inherit name value; };
  unique = foldl' (seen: x: if elem x seen then seen else seen ++ [ x ]) [ ];
  kindOf = value: if isAttrs value then value._type or "" else "";

  mkOption = option: option // { _type = "option"; };
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };

  # A definition of a set of options as plain sets, its conditions moved inwards: whether one holds is asked late.
  pushDown =
    value:
    let
      inwards = wrap: map (mapAttrs (_: wrap)) (pushDown value.content);
    in
    {
      "if" = inwards (mkIf value.condition);
      merge = concatMap pushDown value.contents;
      override = inwards (mkOverride value.priority);
    }
    .${kindOf value} or [ value ];

  # The definitions of one option that count, of the strongest priority.
  discharge =
    value:
    {
      "if" = if value.condition then discharge value.content else [ ];
      merge = concatMap discharge value.contents;
      override = map (each: each // { inherit (value) priority; }) (discharge value.content);
    }
    .${kindOf value} or [
      {
        inherit value;
        priority = 100;
      }
    ];
  strongest =
    values:
    let
      found = concatMap discharge values;
      best = foldl' (least: each: if each.priority < least then each.priority else least) 10000 found;
    in
    map (each: each.value) (filter (each: each.priority == best) found);

  mergeOption =
    path: type: values:
    let
      counting = strongest values;
      bad = filter (value: !(type.check value)) counting;
    in
    if bad != [ ] then
      throw "A definition for option `${path}' is not of type `${type.description}'."
    else
      type.merge path counting;

  one =
    path: values:
    if all (value: value == head values) values then
      head values
    else
      throw "The option `${path}' has conflicting definition values.";
  simple = description: check: {
    inherit description check;
    merge = one;
  };

  types = rec {
    bool = simple "boolean" isBool;
    int = simple "signed integer" isInt;
    port = simple "16 bit unsigned integer" (value: isInt value && value >= 0 && value <= 65535);
    str = simple "string" isString;
    package = simple "package" (value: isAttrs value && value.type or "" == "derivation");
    enum = values: simple "one of ${concatStringsSep ", " values}" (value: elem value values);
    lines = simple "strings concatenated with \"\\n\"" isString // {
      merge = _: concatStringsSep "\n";
    };
    nullOr = type: {
      description = "null or ${type.description}";
      check = value: value == null || type.check value;
      merge = path: values: if elem null values then one path values else type.merge path values;
    };
    listOf = type: {
      description = "list of ${type.description}";
      check = value: isList value && all type.check value;
      merge = _: concatLists;
    };
    attrsOf = type: {
      description = "attribute set of ${type.description}";
      check = isAttrs;
      merge =
        path: values:
        let
          pushed = concatMap pushDown values;
          names = unique (concatMap attrNames pushed);
          of = name: concatMap (value: if value ? ${name} then [ value.${name} ] else [ ]) pushed;
        in
        listToAttrs (
          concatMap (
            name:
            let
              defined = strongest (of name);
            in
            if defined == [ ] then [ ] else [ (nameValue name (mergeOption "${path}.${name}" type (of name))) ]
          ) names
        );
    };
    anything = {
      description = "anything";
      check = _: true;
      merge =
        path: values:
        if all (value: isAttrs value && !(value ? type)) values then
          (attrsOf anything).merge path values
        else
          one path values;
    };
    submodule = module: {
      description = "submodule";
      check = value: isAttrs value || isFunction value;
      merge = path: values: (evaluate path { modules = [ module ] ++ values; }).config;
    };
  };

  isOption = value: kindOf value == "option";
  mergeDeclared =
    left: right:
    left
    // mapAttrs (
      name: value:
      if !(left ? ${name}) then
        value
      else if isOption value || isOption left.${name} then
        throw "The option `${name}' is declared twice."
      else
        mergeDeclared left.${name} value
    ) right;

  # Values of a tree of options from definitions, each a set that mirrors it.
  valuesOf =
    path: options: definitions:
    let
      pushed = concatMap pushDown definitions;
      at = name: concatMap (value: if value ? ${name} then [ value.${name} ] else [ ]) pushed;
      unknown = filter (name: !(options ? ${name})) (unique (concatMap attrNames pushed));
    in
    if unknown != [ ] then
      throw "The option `${path}${head unknown}' does not exist."
    else
      mapAttrs (
        name: option:
        let
          place = "${path}${name}";
          defined = strongest (at name);
        in
        if !(isOption option) then
          valuesOf "${place}." option (at name)
        else if defined != [ ] then
          mergeOption place option.type (at name)
        else if option ? default then
          mergeOption place option.type [ option.default ]
        else
          throw "The option `${place}' is used but not defined."
      ) options;

  evaluate =
    path:
    {
      modules,
      specialArgs ? { },
    }:
    let
      arguments = specialArgs // {
        inherit lib config;
      };
      load =
        module:
        let
          source = if isPath module then import module else module;
          value = if isFunction source then source arguments else source;
          isBare = !(value ? config || value ? options || value ? imports);
        in
        concatMap load (value.imports or [ ])
        ++ [
          {
            options = if isBare then { } else value.options or { };
            config = if isBare then value else value.config or { };
          }
        ];
      loaded = concatMap load modules;
      options = foldl' mergeDeclared { } (map (each: each.options) loaded);
      config = valuesOf (if path == "" then "" else "${path}.") options (map (each: each.config) loaded);
    in
    {
      inherit options config;
    };

  lib = {
    inherit
      mkOption
      mkIf
      mkMerge
      types
      unique
      concatMap
      concatStringsSep
      head
      isOption
      ;
    mkDefault = mkOverride 1000;
    mkEnableOption =
      name:
      mkOption {
        type = types.bool;
        default = false;
        description = "Whether to enable ${name}.";
      };
    evalModules = evaluate "";
    literalExpression = text: { inherit text; };
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalString = condition: text: if condition then text else "";
    optionalAttrs = condition: set: if condition then set else { };
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    any = builtins.any;
    toInt = builtins.fromJSON;
    versionAtLeast = a: b: builtins.compareVersions a b >= 0;
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    escapeShellArg = text: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] text}'";
    collect =
      wanted: set:
      if wanted set then
        [ set ]
      else if isAttrs set then
        concatMap (lib.collect wanted) (attrValues set)
      else
        [ ];
  };
in
lib
