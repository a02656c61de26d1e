-- title: A path that only scanners request
-- about: A condition on the target of a page: the path of software that the site does not use, of a file that was
-- about: published by mistake, or of a known vulnerability.
-- args: target
regexp_matches({target}, '(?i)^/+(?:'
    || 'wp-(?:login|admin|content|includes|config)|xmlrpc\.php|'  -- WordPress, on sites that do not use it
    || '\.env|\.git|\.svn|\.aws|\.ssh|\.ht|'  -- files published by mistake
    || '(?:php)?my-?admin|pma|adminer|'  -- databases
    || 'cgi-bin|boaform|hnap1|manager/html|solr|actuator|jenkins|vendor/phpunit|'  -- known vulnerabilities
    || 'shell|eval-stdin|c99|wso|alfa'  -- back doors
    || ')|\.\./|etc/passwd|union(?:%20|\+| )+select|%24%7Bjndi|\$\{jndi'
)
